#include "tests/world/asking.h"

#include <utility>

namespace dialwatch::world {
namespace {

using config::Transport, probes::DnsOutcome, probes::DnsQuestion, probes::DnsSample, probes::Via;

std::set<std::string> HostsOf(const config::Settings& settings) {
  std::set<std::string> hosts;
  for (const config::Dialer& dialer : settings.dialers) hosts.insert(dialer.host);
  return hosts;
}

void Take(const Reply& reply, DnsSample& sample) {
  sample.outcome = reply.outcome;
  if (reply.outcome == DnsOutcome::kUnreachable) sample.error = "Connection refused";
  if (reply.outcome != DnsOutcome::kAnswered) return;
  sample.rcode = reply.rcode;
  sample.aa = reply.aa;
  sample.ra = reply.ra;
  sample.ad = reply.ad;
  sample.answers = reply.answers;
  sample.authority = reply.authority;
  sample.extended_errors = reply.extended_errors;
  sample.nsid = reply.nsid;
}

}  // namespace

std::chrono::steady_clock::time_point Steady(TimePoint at) {
  return std::chrono::steady_clock::time_point(at.time_since_epoch());
}

Asking::Asking(World& in, std::shared_ptr<const config::Settings> with, Agenda& by, probes::SampleSink to)
    : world(in),
      settings(std::move(with)),
      agenda(by),
      chance(in.seed),
      answers(HostsOf(*settings)),
      repeats(settings->probing.workers),
      sink_(std::move(to)) {}

// Port 53 may be blocked, or answered by somebody else.
Reply Asking::ReplyTo(const DnsQuestion& question, TimePoint at) {
  const Question asked{{question.host, question.type}, question.checking_disabled, at};
  const bool open = question.transport == Transport::kUdp || question.transport == Transport::kTcp;
  const Uplink& uplink = world.uplink;
  if (open && uplink.blocks_dns.At(at)) return {.outcome = DnsOutcome::kTimeout};
  const std::string interceptor = open ? uplink.intercepts_dns.At(at) : "";
  const IpAddress& address = question.via.server.address;
  if (question.via.kind == Via::Kind::kAuthority && interceptor.empty()) {
    return world.names.SayAuthority(question.via.server, asked, chance);
  }
  Operator* by = interceptor.empty() ? world.names.OperatorAt(address) : &world.names.Of(interceptor);
  if (by == nullptr || chance.Happens(by->loss.At(at))) return {.outcome = DnsOutcome::kTimeout};
  if (question.purpose == probes::Purpose::kIdentity) return world.names.SayIdentity(*by, asked, chance);
  return world.names.SayResolver(*by, address, asked, chance);
}

// Over UDP it is sent once more at half the timeout; a connection sends again what is lost.
void Asking::Ask(const DnsQuestion& question, const Turn& turn, Then then) {
  DnsSample sample;
  sample.host = question.host;
  sample.type = question.type;
  sample.purpose = question.purpose;
  sample.zone = question.zone;
  sample.via = question.via;
  sample.transport = question.transport;
  const TimePoint begun = agenda.now();
  sample.at = begun + question.timeout;
  sample.sends = 2;
  for (int send = 0; send < 2; ++send) {
    const TimePoint sent = begun + send * (question.timeout / 2);
    const bool inside = question.via.server.address.IsSpecialPurpose();  // no packet has to leave our network
    const auto passage = inside ? std::optional(Duration(0)) : world.uplink.Passes(sent, chance);
    if (!passage) continue;
    const Reply reply = ReplyTo(question, sent);
    if (reply.outcome == DnsOutcome::kTimeout) continue;
    const Duration took = *passage + reply.delay;
    if (sent + took >= begun + question.timeout) break;
    Take(reply, sample);
    sample.sends = send + 1;
    sample.rtt = took;
    sample.at = sent + took;
    break;
  }
  const TimePoint when = sample.at;
  agenda.At(when, [sample = std::move(sample), turn, then = std::move(then)] { then(sample); });
}

void Asking::AskAndTell(const DnsQuestion& question, const Turn& turn, Then then) {
  Ask(question, turn, [this, then = std::move(then)](const DnsSample& sample) {
    if (then) then(sample);
    Tell(sample);
  });
}

void Asking::AskIdentity(const config::Resolver& resolver, bool wrong, const Turn& turn) {
  if (!identity_.TakeDue(resolver.name, wrong, Steady(agenda.now()))) return;
  for (const Endpoint& address : resolver.addresses) {
    AskAndTell(probes::IdentityQuestion(resolver, address, settings->probing.timeout), turn);
  }
}

void Asking::AskReference(const config::Resolver& resolver, const Endpoint& address, const Turn& turn) {
  if (probes::ReferenceOf(resolver).empty()) return;
  const auto period = settings->probing.interval * 9 / 10;  // one turn after the other has its own
  if (!reference_.TakeDue(resolver.name, period, Steady(agenda.now()))) return;
  AskAndTell(probes::ReferenceQuestion(resolver, address, settings->probing.timeout), turn);
}

// The prober's own times are right; what it writes down is by its clock.
void Asking::Tell(probes::Sample sample) {
  if (const auto* answer = std::get_if<DnsSample>(&sample); answer != nullptr && answers.Learn(*answer)) {
    if (on_new_address) on_new_address(answer->host);
  }
  const Duration off = world.clock_off.At(agenda.now());
  std::visit(
      [&](auto& seen) {
        if constexpr (requires { seen.call.at; }) {
          seen.call.at += off;
        } else {
          seen.at += off;
        }
      },
      sample);
  sink_(std::move(sample));
}

}  // namespace dialwatch::world
