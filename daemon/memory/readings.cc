#include "daemon/memory/readings.h"

#include <fmt/format.h>

#include "base/names.h"
#include "diagnosis/dns/answer.h"

namespace dialwatch::daemon {
namespace {

using probes::DnsSample, probes::EchoCallSample, probes::PortSample, probes::Purpose, probes::RtpOutcome,
    probes::StunSample, probes::TrainSample, probes::TurnSample;
using state::SampleRow;

SampleRow Row(state::SeriesName series, base::TimePoint at, std::string said, bool fails) {
  return {.series = std::move(series), .at = at, .said = std::move(said), .failures = fails ? 1 : 0};
}

void AddLoss(const probes::RtpMeasures& measures, SampleRow& row) {
  row.sent = measures.round.sent;
  row.lost = measures.round.lost;
  if (measures.rtt) row.rtt = measures.rtt->p50.count();
}

std::optional<SampleRow> Read(const DnsSample& sample) {
  if (sample.purpose != Purpose::kName && sample.purpose != Purpose::kConfirm) return std::nullopt;
  const bool resolver = sample.via.kind == probes::Via::Kind::kResolver;
  SampleRow row = Row({sample.host, fmt::format("dns {}", base::FormatRecordType(sample.type)),
                       resolver ? sample.via.name : sample.via.ToString()},
                      sample.at, diagnosis::AnswerText(sample), diagnosis::Fails(sample));
  if (sample.outcome == probes::DnsOutcome::kAnswered) row.rtt = sample.rtt.count();
  if (diagnosis::HasAnswer(sample)) row.ttl = diagnosis::CopyTtl(sample).count();
  return row;
}

std::optional<SampleRow> Read(const StunSample& sample) {
  SampleRow row = Row({sample.server, "stun", sample.address.ToString()}, sample.at,
                      sample.mapped ? sample.mapped->address.ToString() : std::string(base::NameOf(sample.outcome)),
                      !sample.mapped);
  if (sample.rtt) row.rtt = sample.rtt->count();
  return row;
}

std::optional<SampleRow> Read(const TurnSample& sample) {
  SampleRow row = Row({sample.server, "turn", sample.address.ToString()}, sample.at, OutcomeText(sample),
                      sample.outcome != probes::TurnOutcome::kRelayed);
  if (sample.rtt) row.rtt = sample.rtt->count();
  const probes::TurnFlow flow = sample.out + sample.back;
  if (flow.sent > 0) {
    row.sent = flow.sent;
    row.lost = flow.sent - flow.arrived;
  }
  return row;
}

std::optional<SampleRow> Read(const TrainSample& sample) {
  const std::string& relay = sample.subject.relay;
  const std::string address = sample.subject.address.ToString();
  SampleRow row =
      Row({sample.subject.dialer, "rtp", relay.empty() ? address : fmt::format("{} through {}", address, relay)},
          sample.at, std::string(base::NameOf(sample.outcome)), sample.outcome != RtpOutcome::kOk);
  AddLoss(sample.measures, row);
  return row;
}

std::optional<SampleRow> Read(const EchoCallSample& sample) {
  const probes::CallSample& call = sample.call;
  std::string said(base::NameOf(call.result.outcome));
  if (sample.talk) said += fmt::format(", audio {}", base::NameOf(sample.talk->outcome));
  const bool heard = sample.talk && sample.talk->outcome == RtpOutcome::kOk;
  SampleRow row = Row({call.subject.dialer, "call", call.subject.address.ToString()}, call.at, std::move(said),
                      call.result.outcome != probes::SipOutcome::kCompleted || !heard);
  if (sample.talk) AddLoss(sample.talk->measures, row);
  return row;
}

// What an idle port says is no failure.
std::optional<SampleRow> Read(const PortSample& sample) {
  SampleRow row = Row({sample.subject.dialer, "port", sample.subject.address.ToString()}, sample.at,
                      std::string(base::NameOf(sample.outcome)), false);
  if (sample.rtt) row.rtt = sample.rtt->count();
  return row;
}

}  // namespace

std::optional<SampleRow> ReadingOf(const probes::Sample& sample) {
  return std::visit(
      [](const auto& seen) -> std::optional<SampleRow> {
        if constexpr (requires { Read(seen); }) {
          return Read(seen);
        } else {
          return std::nullopt;
        }
      },
      sample);
}

}  // namespace dialwatch::daemon
