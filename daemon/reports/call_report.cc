#include "daemon/reports/call_report.h"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/reports/table.h"
#include "diagnosis/evidence.h"
#include "diagnosis/media/call_json.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::EchoCallSample;
using diagnosis::SipOutcome;

constexpr std::size_t kIndent = 2;

std::vector<const EchoCallSample*> SamplesOf(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  std::vector<const EchoCallSample*> samples;
  const auto view = snapshot.picture.calls().find(dialer);
  if (view == snapshot.picture.calls().end()) return samples;
  for (const auto* series : view->second.Current()) samples.push_back(series->newest.get());
  return samples;
}

template <typename Duration>
std::string Milliseconds(const std::optional<Duration>& time) {
  return time ? fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(*time).count()) : "";
}

std::string_view AudioText(const EchoCallSample& sample) {
  return sample.talk ? base::NameOf(sample.talk->outcome) : "";
}

bool Well(const EchoCallSample& sample) {
  return diagnosis::GradeOf(sample) == diagnosis::CallGrade::kFine;
}

Cell SignallingCell(const EchoCallSample& sample, const Terminal& terminal) {
  const SipOutcome outcome = sample.call.result.outcome;
  const std::string text(base::NameOf(outcome));
  if (outcome == SipOutcome::kStopped) return text;
  return {text, outcome == SipOutcome::kCompleted ? terminal.Green(text) : terminal.Red(text)};
}

Cell AudioCell(const EchoCallSample& sample, const Terminal& terminal) {
  const std::string text(AudioText(sample));
  if (text.empty()) return text;
  switch (diagnosis::GradeOf(sample.talk->outcome)) {
    case diagnosis::RtpGrade::kFine:
      return {text, terminal.Green(text)};
    case diagnosis::RtpGrade::kPoor:
      return {text, terminal.Yellow(text)};
    default:
      return {text, terminal.Red(text)};
  }
}

std::string LossText(const EchoCallSample& sample) {
  if (!sample.talk || sample.talk->measures.round.sent == 0) return "";
  return fmt::format("{:.1f} %", sample.talk->measures.round.LossPercent());
}

std::string RttText(const EchoCallSample& sample) {
  const auto rtt = sample.talk ? sample.talk->measures.rtt : std::nullopt;
  return rtt ? Milliseconds(std::optional(rtt->p50)) : "";
}

std::string JitterText(const EchoCallSample& sample) {
  return sample.talk ? Milliseconds(sample.talk->measures.round.jitter) : "";
}

std::string MosText(const EchoCallSample& sample) {
  return sample.talk && sample.talk->quality ? fmt::format("{:.1f}", sample.talk->quality->mos) : "";
}

std::string AddressText(const EchoCallSample& sample) {
  const base::Endpoint& address = sample.call.subject.address;
  return address.port == 0 ? "-" : address.ToString();
}

std::string NoteText(const EchoCallSample& sample) {
  const probes::SipCallResult& result = sample.call.result;
  std::vector<std::string> notes;
  if (!result.why.empty()) notes.push_back(base::Printable(result.why, 200));
  if (!result.address_note.empty()) notes.push_back(base::Printable(result.address_note, 200));
  if (sample.talk && !sample.talk->error.empty()) notes.push_back(base::Printable(sample.talk->error, 200));
  if (sample.talk && sample.talk->foreign > 0) {
    notes.push_back(fmt::format("{} packets of other audio", sample.talk->foreign));
  }
  if (result.answer && !result.session_timer) notes.emplace_back("no session timer");
  return fmt::format("{}", fmt::join(notes, "; "));
}

}  // namespace

std::string RenderCalls(const diagnosis::Snapshot& snapshot, const std::string& dialer, const Terminal& terminal) {
  const auto samples = SamplesOf(snapshot, dialer);
  if (samples.empty()) return "";
  using Fold = Column::Fold;
  Table table({"CALL", "SIGNALLING", Column("ANSWERED", Fold::kDetail, "answered in "), "AUDIO", "LOSS",
               Column("RTT", Fold::kDetail, "in "), Column("JITTER", Fold::kDetail, "jitter "), "MOS",
               Column("RESOLVED BY", Fold::kBelow, "resolved by "), Column("NOTE", Fold::kBelow)});
  for (const EchoCallSample* sample : samples) {
    table.Add(
        {AddressText(*sample), SignallingCell(*sample, terminal), Milliseconds(sample->call.result.answered_after),
         AudioCell(*sample, terminal), LossText(*sample), RttText(*sample), JitterText(*sample), MosText(*sample),
         diagnosis::GiversText(sample->call.subject), NoteText(*sample)},
        !Well(*sample));
  }
  const EchoCallSample& first = *samples.front();
  const std::string codec = first.talk ? fmt::format(", {}", FormatAudioCodec(first.talk->codec)) : "";
  return fmt::format("{} calls to {} over {}{}\n{}\n", terminal.Bold(dialer),
                     base::Printable(first.call.subject.extension), base::NameOf(first.call.subject.transport), codec,
                     table.Render(kIndent, terminal.width));
}

MediaSentence SumUpCalls(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  std::vector<std::string> echo, other;
  for (const EchoCallSample* sample : SamplesOf(snapshot, dialer)) {
    if (Well(*sample)) {
      echo.push_back(sample->call.subject.address.address.ToString());
      continue;
    }
    const SipOutcome outcome = sample->call.result.outcome;
    const auto what = outcome == SipOutcome::kCompleted ? fmt::format("answered, but audio {}", AudioText(*sample))
                                                        : std::string(base::NameOf(outcome));
    other.push_back(fmt::format("{}: {}", AddressText(*sample), what));
  }
  if (!other.empty()) return {fmt::format("Calls do not go as they should at {}.", diagnosis::Enumerate(other)), false};
  return {echo.empty() ? "" : fmt::format("Calls are answered and echo at {}.", diagnosis::Enumerate(echo))};
}

base::Json CallsJson(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  base::Json rows = base::Json::array();
  for (const EchoCallSample* sample : SamplesOf(snapshot, dialer)) rows.push_back(diagnosis::ToJson(*sample));
  return rows;
}

}  // namespace dialwatch::daemon
