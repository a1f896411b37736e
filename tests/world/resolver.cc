#include "tests/world/resolver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::world {
namespace {

using namespace std::chrono_literals;
using probes::DnsRecord;

constexpr Duration kFillDelay = 25ms;  // what a fill takes longer than a copy

Reply Failure(int rcode, std::vector<probes::ExtendedError> errors = {}) {
  return {.rcode = rcode, .ra = true, .extended_errors = std::move(errors)};
}

// An answer with these data, or the denial of the name where there are none.
Reply AnswerOf(const RecordKey& key, const RecordSet& set) {
  Reply reply{.ra = true};
  for (const std::string& data : set.data) reply.answers.push_back({key.first, key.second, set.ttl, data});
  if (!set.data.empty()) return reply;
  const std::string zone = key.first.substr(key.first.find('.') + 1);
  reply.rcode = probes::kRcodeNxDomain;
  reply.authority = {
      {zone, RecordType::kSoa, set.ttl, fmt::format("ns1.{0} hostmaster.{0} 1 3600 600 1209600 {1}", zone, set.ttl)}};
  return reply;
}

bool HasEndedSignature(const Reply& reply, TimePoint at) {
  return std::ranges::any_of(reply.answers, [&](const DnsRecord& record) {
    const auto signature = probes::ReadRrsig(record);
    return signature && signature->expiration <= at;
  });
}

std::optional<Reply> FailureOf(Health health) {
  switch (health) {
    case Health::kWell:
      return std::nullopt;
    case Health::kSilent:
      return Reply{.outcome = probes::DnsOutcome::kTimeout};
    case Health::kUnreachable:
      return Reply{.outcome = probes::DnsOutcome::kUnreachable};
    case Health::kServFail:
      return Failure(probes::kRcodeServFail);
    case Health::kRefused:
    case Health::kLame:
      return Failure(probes::kRcodeRefused);
  }
  return std::nullopt;
}

Reply BlockedBy(const Block& block, const RecordKey& key) {
  Reply reply = block.sinkhole.empty() ? Reply{.rcode = probes::kRcodeNxDomain} : AnswerOf(key, {{block.sinkhole}, 60});
  if (block.extended_error != 0) reply.extended_errors = {{block.extended_error, ""}};
  return reply;
}

// Whether this can be said of the type: anything can be denied, and an address is of one family.
bool IsAbout(const RecordSet& set, RecordType type) {
  if (set.data.empty()) return true;
  const auto address = IpAddress::Parse(set.data.front());
  return !address || type == (address->is_v6() ? RecordType::kAaaa : RecordType::kA);
}

std::string MachineOf(const Operator& by, std::size_t index) {
  return fmt::format("res{}.{}.{}.example.net", index + 1, by.site, by.name);
}

}  // namespace

void Operator::Plant(const std::string& host, TimePoint begin, TimePoint end, const RecordSet& set, std::size_t most,
                     RecordType type) {
  for (std::size_t i = 0; i < std::min(most, caches.size()); ++i) {
    caches[i].Plant({host, type}, begin, end, AnswerOf({host, type}, set));
  }
}

Zone* Names::ZoneOf(const std::string& host) {
  Zone* nearest = nullptr;
  for (Zone& zone : zones) {
    if (!base::IsWithinZone(host, zone.name)) continue;
    if (nearest == nullptr || zone.name.size() > nearest->name.size()) nearest = &zone;
  }
  return nearest;
}

Operator* Names::OperatorAt(const IpAddress& address) {
  const auto has = [&](const Operator& each) {
    return std::ranges::find(each.addresses, address) != each.addresses.end();
  };
  const auto found = std::ranges::find_if(operators, has);
  return found == operators.end() ? nullptr : &*found;
}

Operator& Names::Of(const std::string& operator_name) {
  return *std::ranges::find(operators, operator_name, &Operator::name);
}

Reply Names::SayAuthority(const Endpoint& server, const Question& question, Chance& chance) {
  for (const Zone& zone : zones) {
    const NameServer* found = zone.ServerAt(server);
    if (found != nullptr && base::IsWithinZone(question.key.first, zone.name)) {
      return zone.Say(*found, question, chance.Below(1000));
    }
  }
  return {.outcome = probes::DnsOutcome::kTimeout};
}

Reply Names::SayResolver(Operator& by, const IpAddress& address, const Question& question, Chance& chance) {
  const TimePoint at = question.at;
  const auto here = by.health_at.find(address);
  auto failure = FailureOf(here == by.health_at.end() ? Health::kWell : here->second.At(at));
  if (!failure) failure = FailureOf(by.health.At(at));
  if (!failure && chance.Happens(by.rate_limited.At(at))) failure = Failure(probes::kRcodeRefused);
  const auto blocked = by.blocked.find(question.key.first);
  if (!failure && blocked != by.blocked.end() && blocked->second.At(at)) {
    failure = BlockedBy(*blocked->second.At(at), question.key);
  }
  if (failure) {
    failure->delay = by.delay.At(at);
    return *failure;
  }
  Duration fill_delay{};
  const std::size_t index = chance.Below(by.caches.size());
  Reply reply = by.caches[index].Ask(question, by.policy, [&] {
    fill_delay = kFillDelay;
    return Fill(by, question, chance);
  });
  if (!reply.IsWord()) fill_delay += by.gives_up_after.At(at);
  reply.ra = true;
  reply.aa = false;
  if (by.validates && !question.checking_disabled && HasEndedSignature(reply, at)) {
    reply = Failure(probes::kRcodeServFail, {{7, ""}});  // RFC 8914 §4.8: Signature Expired
  }
  reply.nsid = MachineOf(by, index);
  reply.delay = by.delay.At(at) + fill_delay;
  return reply;
}

Reply Names::SayIdentity(const Operator& by, const Question& question, Chance& chance) const {
  if (auto failure = FailureOf(by.health.At(question.at))) return *failure;
  const std::string machine = MachineOf(by, chance.Below(by.caches.size()));
  return {.ra = true,
          .answers = {{question.key.first, RecordType::kTxt, 0, fmt::format("\"{}\"", machine)}},
          .nsid = machine,
          .delay = by.delay.At(question.at)};
}

Reply Names::Fill(const Operator& by, const Question& question, Chance& chance) {
  const auto misled = by.misled.find(question.key.first);
  if (misled != by.misled.end()) {
    const auto& set = misled->second.At(question.at);
    if (set && IsAbout(*set, question.key.second)) return AnswerOf(question.key, *set);
  }
  const Zone* zone = ZoneOf(question.key.first);
  if (zone == nullptr) return Failure(probes::kRcodeNxDomain);
  if (by.cannot_fill.At(question.at)) return Failure(probes::kRcodeServFail, {{22, ""}});  // No Reachable Authority
  Reply reply = AskServers(by, *zone, question, chance);
  // an alias that leads out of the zone is followed
  if (!reply.answers.empty() && reply.answers.back().type == RecordType::kCname &&
      question.key.second != RecordType::kCname && !base::IsWithinZone(reply.answers.back().data, zone->name)) {
    const Reply end =
        Fill(by, {{reply.answers.back().data, question.key.second}, question.checking_disabled, question.at}, chance);
    reply.rcode = end.rcode;
    reply.answers.insert(reply.answers.end(), end.answers.begin(), end.answers.end());
    reply.authority = end.authority;
  }
  return reply;
}

// One server after the other, beginning anywhere, until one has a word.
Reply Names::AskServers(const Operator& by, const Zone& zone, const Question& question, Chance& chance) {
  std::vector<Endpoint> servers = zone.ServersAt(question.at);
  if (const auto& only = by.fills_from.At(question.at)) servers = {*only};
  const std::size_t first = chance.Below(std::max<std::size_t>(servers.size(), 1));
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const NameServer* server = zone.ServerAt(servers[(first + i) % servers.size()]);
    if (server == nullptr) continue;
    Reply reply = zone.Say(*server, question, chance.Below(1000));
    if (reply.IsWord()) return reply;
  }
  return Failure(probes::kRcodeServFail, {{22, ""}});
}

}  // namespace dialwatch::world
