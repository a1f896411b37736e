#include "probes/dns/exchange.h"

#include <cerrno>
#include <utility>

#include "base/time.h"
#include "probes/dns/message.h"

namespace dialwatch::probes {
namespace {

constexpr int kRcodeFormErr = 1;         // RFC 1035 §4.1.1
constexpr std::size_t kTruncatedAt = 2;  // RFC 1035 §4.1.1: TC is in the third octet
constexpr std::uint8_t kTruncatedBit = 0x02;

// What no server can help: to be told as a question not asked, not as a server not reached. A source address that we
// no longer have is not among it: then there is no way out, which the diagnosis has to know.
bool IsOurTrouble(const std::error_code& error) {
  switch (error.value()) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
    case EADDRINUSE:
    case EPROTO:
      return true;
    default:
      return false;
  }
}

void TakeReply(DnsMessage message, bool keep_additional, DnsSample& sample) {
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

DnsExchange::DnsExchange(DnsQuestion question, DnsChannelPool& pool) : pool_(pool), question_(std::move(question)) {
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
    Complete(DnsOutcome::kTimeout);
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

std::optional<DnsExchange::Failure> DnsExchange::Send(Time now) {
  const auto query = MakeQuery(sample_.host, sample_.type,
                               {.recursion_desired = sample_.via.kind == Via::Kind::kResolver,
                                .edns = edns_,
                                .dnssec_ok = question_.dnssec_ok,
                                .checking_disabled = question_.checking_disabled,
                                .record_class = question_.record_class});
  if (!query) return Failure{DnsOutcome::kNotAsked, query.error().what};
  auto made = pool_.Take(sample_.transport, now);
  if (!made) return Failure{DnsOutcome::kNotAsked, made.error().what};
  DnsChannel& channel = **made;
  const auto failed =
      channel.Send(*query, [this, &channel](const auto& arrival) { return OnArrival(channel, arrival); });
  if (failed) {
    return Failure{IsOurTrouble(failed) ? DnsOutcome::kNotAsked : DnsOutcome::kUnreachable, failed.message()};
  }
  ++sample_.sends;
  (attempts_[0] ? attempts_[1] : attempts_[0]) = std::move(*made);
  return std::nullopt;
}

void DnsExchange::SendAnew(Time now) {
  if (const auto failure = Send(now)) CompleteAndTell(failure->outcome, failure->error);
}

bool DnsExchange::OnArrival(DnsChannel& channel, const base::Result<std::span<const std::uint8_t>>& arrival) {
  if (!arrival) {
    CompleteAndTell(DnsOutcome::kUnreachable, arrival.error().what);
    return false;
  }
  if (MatchReply(channel.query(), *arrival) == Match::kForged) {
    ++sample_.forged;
    return true;
  }
  OnReply(channel, *arrival);
  return false;
}

void DnsExchange::OnReply(DnsChannel& channel, std::span<const std::uint8_t> reply) {
  const Time now = std::chrono::steady_clock::now();
  const auto rtt = std::chrono::duration_cast<std::chrono::microseconds>(now - channel.sent_at());
  // before it is read: what is cut may end anywhere
  if (sample_.transport == Transport::kUdp && (reply[kTruncatedAt] & kTruncatedBit) != 0) {
    DropAttempts(&channel);
    sample_.transport = Transport::kTcp;
    return SendAnew(now);
  }
  auto message = ReadDnsMessage(reply);
  DropAttempts(&channel);
  if (!message) return CompleteAndTell(DnsOutcome::kMalformed, message.error().what);
  if (message->rcode == kRcodeFormErr && std::exchange(edns_, false)) return SendAnew(now);
  sample_.rtt = rtt;
  TakeReply(*std::move(message), question_.keep_additional, sample_);
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

void DnsExchange::DropAttempts(const DnsChannel* answered) {
  for (auto& attempt : attempts_) {
    if (attempt && attempt.get() == answered) pool_.GiveBack(std::move(attempt));
    attempt.reset();
  }
}

}  // namespace dialwatch::probes
