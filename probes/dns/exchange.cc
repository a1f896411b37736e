#include "probes/dns/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/time.h"
#include "probes/dns/message.h"

namespace dialwatch::probes {
namespace {

constexpr int kRcodeFormErr = 1;         // RFC 1035 §4.1.1
constexpr std::size_t kTruncatedAt = 2;  // RFC 1035 §4.1.1: TC is in the third octet
constexpr std::uint8_t kTruncatedBit = 0x02;

// What a sample keeps of each section: more is nobody's answer, and samples are held by the thousand.
constexpr std::size_t kMostRecords = 512;
constexpr std::size_t kMostText = std::size_t{64} << 10;

void Shorten(std::vector<DnsRecord>& records) {
  std::size_t text = 0;
  auto end = std::find_if(records.begin(), records.end(), [&](const DnsRecord& record) {
    text += record.owner.size() + record.data.size();
    return text > kMostText;
  });
  end = std::min(end, records.begin() + static_cast<std::ptrdiff_t>(std::min(records.size(), kMostRecords)));
  if (end == records.end()) return;
  records.erase(end, records.end());
  records.shrink_to_fit();
}

void Age(std::vector<DnsRecord>& records, std::uint32_t seconds) {
  for (DnsRecord& record : records) record.ttl -= std::min(record.ttl, seconds);
}

void TakeReply(DnsMessage message, std::chrono::seconds age, bool keep_additional, DnsSample& sample) {
  for (auto* section : {&message.answers, &message.authority, &message.additional}) {
    Shorten(*section);
    Age(*section, static_cast<std::uint32_t>(age.count()));
  }
  sample.rcode = message.rcode;
  sample.aa = message.aa;
  sample.ra = message.ra;
  sample.ad = message.ad;
  sample.answers = std::move(message.answers);
  sample.authority = std::move(message.authority);
  if (keep_additional) sample.additional = std::move(message.additional);
  if (!message.edns) return;
  sample.extended_errors = ExtendedErrors(*message.edns);
  sample.nsid = NsidText(*message.edns);
}

}  // namespace

DnsExchange::DnsExchange(DnsQuestion question, DnsLines& lines) : lines_(lines), question_(std::move(question)) {
  sample_.host = question_.host;
  sample_.type = question_.type;
  sample_.purpose = question_.purpose;
  sample_.zone = question_.zone;
  sample_.via = question_.via;
  sample_.transport = question_.transport;
}

bool DnsExchange::Start(Time now, Over over) {
  over_ = std::move(over);
  deadline_ = now + question_.timeout;
  due_ = sample_.transport == Transport::kUdp ? now + question_.timeout / 2 : deadline_;
  const auto failure = Send(now);
  if (failure) Complete(failure->outcome, failure->error);
  return !failure;
}

bool DnsExchange::OnDue(Time now) {
  if (due_ == deadline_) {
    const std::string_view awaited = attempts_[0] ? attempts_[0]->Awaited() : "";
    Complete(DnsOutcome::kTimeout, awaited.empty() ? "" : fmt::format("{} took too long", awaited));
    return false;
  }
  due_ = deadline_;
  // where this fails the first query may still be answered
  if (sample_.transport == Transport::kUdp) static_cast<void>(Send(now));
  return true;
}

void DnsExchange::Refuse(std::string why) {
  Complete(DnsOutcome::kNotAsked, std::move(why));
}

std::optional<DnsFailure> DnsExchange::Send(Time now) {
  const bool encrypted = sample_.transport == Transport::kTls || sample_.transport == Transport::kHttps;
  const auto query = MakeQuery(sample_.host, sample_.type,
                               {.recursion_desired = sample_.via.kind == Via::Kind::kResolver,
                                .edns = edns_,
                                .dnssec_ok = question_.dnssec_ok,
                                .checking_disabled = question_.checking_disabled,
                                .padded = encrypted,
                                .record_class = question_.record_class});
  if (!query) return DnsFailure{DnsOutcome::kNotAsked, query.error().what};
  auto taken = lines_.Take(sample_.transport, now);
  if (!taken) return DnsFailure{DnsOutcome::kNotAsked, taken.error().what};
  DnsLine& line = **taken;
  auto failure = line.Send(*query, [this, &line](const DnsArrival& arrival) { return OnArrival(line, arrival); });
  if (failure) return failure;
  ++sample_.sends;
  (attempts_[0] ? attempts_[1] : attempts_[0]) = std::move(*taken);
  return std::nullopt;
}

void DnsExchange::SendAnew(Time now) {
  DropAttempts();
  if (const auto failure = Send(now)) CompleteAndTell(failure->outcome, failure->error);
}

bool DnsExchange::OnArrival(DnsLine& line, const DnsArrival& arrival) {
  if (arrival.failure) {
    OnFailure(DnsFailure(*arrival.failure));  // a copy: the line may hold it
    return false;
  }
  if (MatchReply(line.query(), arrival.message) == Match::kForged) {
    ++sample_.forged;
    return true;
  }
  OnReply(line, arrival);
  return false;
}

void DnsExchange::OnFailure(const DnsFailure& failure) {
  if (failure.stale && !std::exchange(renewed_, true)) return SendAnew(std::chrono::steady_clock::now());
  CompleteAndTell(failure.outcome, failure.error);
}

void DnsExchange::OnReply(DnsLine& line, const DnsArrival& arrival) {
  const Time now = std::chrono::steady_clock::now();
  const auto rtt = std::chrono::duration_cast<std::chrono::microseconds>(now - line.sent_at());
  const auto age = arrival.age;
  // before it is read: what is cut may end anywhere
  if (sample_.transport == Transport::kUdp && (arrival.message[kTruncatedAt] & kTruncatedBit) != 0) {
    DropAttempts(&line);
    sample_.transport = Transport::kTcp;
    return SendAnew(now);
  }
  auto message = ReadDnsMessage(arrival.message);
  DropAttempts(&line);
  if (!message) return CompleteAndTell(DnsOutcome::kMalformed, message.error().what);
  if (message->rcode == kRcodeFormErr && std::exchange(edns_, false)) return SendAnew(now);
  sample_.rtt = rtt;
  TakeReply(*std::move(message), age, question_.keep_additional, sample_);
  CompleteAndTell(DnsOutcome::kAnswered);
}

void DnsExchange::Complete(DnsOutcome outcome, std::string error) {
  DropAttempts();
  sample_.outcome = outcome;
  sample_.error = std::move(error);
  sample_.at = base::WallClockNow();
}

void DnsExchange::CompleteAndTell(DnsOutcome outcome, std::string error) {
  Complete(outcome, std::move(error));
  const Over over = std::move(over_);
  over();  // the end of *this
}

void DnsExchange::DropAttempts(const DnsLine* answered) {
  for (auto& attempt : attempts_) {
    if (attempt && attempt.get() == answered) lines_.GiveBack(std::move(attempt));
    attempt.reset();
  }
}

}  // namespace dialwatch::probes
