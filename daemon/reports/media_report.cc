#include "daemon/reports/media_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/names.h"
#include "base/printable.h"
#include "daemon/reports/table.h"
#include "diagnosis/evidence.h"
#include "diagnosis/media/train_json.h"
#include "probes/rtp/judgement.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::RtpGrade;
using probes::RtpDirection;
using probes::RtpMeasures;
using probes::RtpOutcome;
using probes::TrainSample;

constexpr std::size_t kIndent = 2;

std::vector<const TrainSample*> SamplesOf(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  const auto view = snapshot.picture.media().find(dialer);
  return view == snapshot.picture.media().end() ? std::vector<const TrainSample*>() : view->second.Told();
}

std::string Milliseconds(std::chrono::microseconds time) {
  return fmt::format("{:.1f} ms", std::chrono::duration<double, std::milli>(time).count());
}

// Empty where nobody knows on which way packets were lost.
std::string LossText(const RtpMeasures& measures, const std::optional<RtpDirection> RtpMeasures::*direction) {
  const auto& way = measures.*direction;
  return KnowsWays(measures) && way->sent > 0 ? fmt::format("{:.1f} %", way->LossPercent()) : "";
}

std::string JitterText(const TrainSample& sample) {
  return sample.measures.round.jitter ? Milliseconds(*sample.measures.round.jitter) : "";
}

std::string MosText(const TrainSample& sample) {
  if (!sample.quality) return "";
  return fmt::format("{:.1f}{}", sample.quality->mos, sample.quality->is_estimate ? " (estimate)" : "");
}

Cell OutcomeCell(const TrainSample& sample, const Terminal& terminal) {
  const std::string text(base::NameOf(sample.outcome));
  switch (diagnosis::GradeOf(sample.outcome)) {
    case RtpGrade::kFine:
      return {text, terminal.Green(text)};
    case RtpGrade::kPoor:
      return {text, terminal.Yellow(text)};
    default:
      return {text, terminal.Red(text)};
  }
}

std::string NoteText(const TrainSample& sample) {
  if (!sample.error.empty()) return base::Printable(sample.error, 200);
  if (!sample.echoed_by.empty() && sample.echoed_by != sample.subject.dialer) {
    return "echoed by " + base::Printable(sample.echoed_by);
  }
  if (!sample.quality || KnowsWays(sample.measures)) return "";
  return fmt::format("{:.1f} % lost there and back", sample.measures.round.LossPercent());
}

std::string Where(const TrainSample& sample, const std::string& address) {
  const std::string& relay = sample.subject.relay;
  return relay.empty() ? address : fmt::format("{} by relay {}", address, relay);
}

std::string AddressText(const TrainSample& sample) {
  return Where(sample, sample.subject.address.port == 0 ? "-" : sample.subject.address.ToString());
}

}  // namespace

std::string RenderMedia(const diagnosis::Snapshot& snapshot, const std::string& dialer, const Terminal& terminal) {
  const auto samples = SamplesOf(snapshot, dialer);
  if (samples.empty()) return "";
  using Fold = Column::Fold;
  Table table({"MEDIA", "ECHO", "LOSS THERE", "LOSS BACK", Column("RTT", Fold::kDetail, "in "),
               Column("P95", Fold::kDetail, "p95 "), Column("JITTER", Fold::kDetail, "jitter "), "MOS",
               Column("RESOLVED BY", Fold::kBelow, "resolved by "), Column("NOTE", Fold::kBelow)});
  for (const TrainSample* sample : samples) {
    const auto& rtt = sample->measures.rtt;
    table.Add({AddressText(*sample), OutcomeCell(*sample, terminal), LossText(sample->measures, &RtpMeasures::up),
               LossText(sample->measures, &RtpMeasures::down), rtt ? Milliseconds(rtt->p50) : "",
               rtt ? Milliseconds(rtt->p95) : "", JitterText(*sample), MosText(*sample),
               diagnosis::GiversText(sample->subject), NoteText(*sample)},
              sample->outcome != RtpOutcome::kOk);
  }
  return fmt::format("{} trains of {} packets, {}\n{}\n", terminal.Bold(dialer), snapshot.settings->media.packets,
                     samples.front()->codec, table.Render(kIndent, terminal.width));
}

MediaSentence SumUpMedia(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  std::vector<std::string> flows, other;
  for (const TrainSample* sample : SamplesOf(snapshot, dialer)) {
    if (sample->outcome == RtpOutcome::kNoRelay) continue;  // tells nothing of the dialer
    if (sample->outcome == RtpOutcome::kOk) {
      flows.push_back(Where(*sample, sample->subject.address.address.ToString()));
    } else {
      other.push_back(fmt::format("{}: {}", AddressText(*sample), base::NameOf(sample->outcome)));
    }
  }
  if (!other.empty())
    return {fmt::format("Audio does not flow as it should at {}.", diagnosis::Enumerate(other)), false};
  return {flows.empty() ? "" : fmt::format("Audio flows both ways at {}.", diagnosis::Enumerate(flows))};
}

base::Json MediaJson(const diagnosis::Snapshot& snapshot, const std::string& dialer) {
  base::Json rows = base::Json::array();
  for (const TrainSample* sample : SamplesOf(snapshot, dialer)) rows.push_back(diagnosis::ToJson(*sample));
  return rows;
}

std::string TrainLine(const TrainSample& until_now) {
  const probes::RtpMeasures& measures = until_now.measures;
  std::string line =
      fmt::format("{} {}", until_now.subject.dialer, Where(until_now, until_now.subject.address.address.ToString()));
  if (!measures.rtt) return fmt::format("{}  {} sent, nothing came back yet", line, measures.round.sent);
  // what was sent a moment ago is on its way, not lost: the reflector's count says how far that is known
  if (measures.up && measures.down && measures.up->sent > 0) {
    line += fmt::format("  loss {:.1f} %", 100.0 * (measures.up->lost + measures.down->lost) / measures.up->sent);
  }
  line += fmt::format("  RTT {}, p95 {}", Milliseconds(measures.rtt->p50), Milliseconds(measures.rtt->p95));
  if (measures.round.jitter) line += fmt::format("  jitter {}", Milliseconds(*measures.round.jitter));
  if (until_now.quality) line += fmt::format("  MOS {:.1f}", until_now.quality->mos);
  return line;
}

}  // namespace dialwatch::daemon
