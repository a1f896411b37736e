#include "diagnosis/rules/stun_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>
#include <utility>

#include "base/names.h"
#include "base/printable.h"
#include "diagnosis/dns/answer.h"

namespace dialwatch::diagnosis {
namespace {

std::string LifetimeText(const probes::MappingLifetime& lifetime) {
  if (lifetime.at_least && lifetime.at_most) {
    return fmt::format("{} to {} s", lifetime.at_least->count(), lifetime.at_most->count());
  }
  if (lifetime.at_least) return fmt::format("at least {} s", lifetime.at_least->count());
  return lifetime.at_most ? fmt::format("at most {} s", lifetime.at_most->count()) : "";
}

std::string NoteOf(const StunSample& sample) {
  const std::string leads = LeadsThere(sample);
  return leads.empty() ? OutcomeText(sample) : fmt::format("{}, resolved by {}", OutcomeText(sample), leads);
}

}  // namespace

EvidenceRow RowOf(const StunSample& sample, std::string note) {
  EvidenceRow row;
  row.vantage = "stun " + sample.server;
  if (sample.outcome != probes::StunOutcome::kUnresolved) {
    row.vantage += fmt::format(" ({})", sample.address.ToString());
  }
  if (sample.mapped) row.answer = sample.mapped->ToString();
  if (sample.rtt) row.rtt_ms = static_cast<double>(sample.rtt->count()) / 1000;
  if (!note.empty()) row.note = std::move(note);
  row.stance = sample.mapped ? Stance::kNone : Stance::kBad;
  return row;
}

EvidenceRow RowOf(const NatSample& sample) {
  EvidenceRow row;
  row.vantage = fmt::format("stun {} ({})", sample.server, sample.address.ToString());
  if (sample.mapped) row.answer = sample.mapped->ToString();
  row.note = "RFC 5780: " + NatText(sample);
  return row;
}

EvidenceRow RowOf(const Lookup& lookup) {
  EvidenceRow row;
  row.vantage = lookup.newest->via.ToString();
  row.note = fmt::format("{}: {}", lookup.newest->host, AnswerText(*lookup.newest));
  row.via = lookup.newest->via;
  return row;
}

std::string NatText(const NatSample& sample) {
  const auto unknown = probes::NatBehaviour::kNotMeasurable;
  const bool none = sample.mapped && sample.mapped == sample.local;
  std::string text = none ? "none, we are seen at our own address" : "not measurable";
  if (sample.mapping != unknown || sample.filtering != unknown) {
    text = fmt::format("{}, filtering {}", none ? text : fmt::format("mapping {}", base::NameOf(sample.mapping)),
                       base::NameOf(sample.filtering));
  }
  const std::string lifetime = LifetimeText(sample.lifetime);
  return lifetime.empty() ? text : text + ", a mapping lives " + lifetime;
}

std::string OutcomeText(const StunSample& sample) {
  std::string text(base::NameOf(sample.outcome));
  if (sample.error_code != 0) text += fmt::format(" {}", sample.error_code);
  if (!sample.error.empty()) text += ": " + base::Printable(sample.error, 80);
  return text;
}

std::string LeadsThere(const StunSample& sample) {
  return sample.resolved_via.empty() ? "" : Enumerate(sample.resolved_via);
}

std::vector<EvidenceRow> RowsOf(const StunView& server) {
  std::vector<EvidenceRow> rows;
  for (const auto& [address, series] : server.addresses) rows.push_back(RowOf(*series.newest, NoteOf(*series.newest)));
  return rows;
}

std::vector<EvidenceRow> RowsOfOthers(const Picture& picture, const std::string& server) {
  std::vector<EvidenceRow> rows;
  for (const auto& [other, view] : picture.stun()) {
    if (other == server) continue;
    for (const auto& [address, series] : view.addresses) {
      if (rows.size() == kMostOthers) return rows;
      rows.push_back(RowOf(*series.newest, NoteOf(*series.newest)));
    }
  }
  return rows;
}

std::string Said(const StunRound& round) {
  std::map<base::IpAddress, std::set<std::string>> sayers;
  for (const StunSample* sample : round) sayers[sample->mapped->address].insert(sample->server);
  std::vector<std::string> texts;
  texts.reserve(sayers.size());
  for (const auto& [address, servers] : sayers) {
    texts.push_back(fmt::format("{} {} {}", Enumerate({servers.begin(), servers.end()}),
                                servers.size() == 1 ? "says" : "say", address.ToString()));
  }
  return Enumerate(texts);
}

std::string GroundText(MappingVerdict::Ground ground, const StunRound& right, const Settings& settings, bool v6) {
  using Ground = MappingVerdict::Ground;
  std::set<base::IpAddress> addresses;
  for (const StunSample* sample : right) addresses.insert(sample->mapped->address);
  if (ground == Ground::kExpected) addresses = ExpectedOf(settings, v6);
  std::vector<std::string> texts;
  texts.reserve(addresses.size());
  for (const base::IpAddress& address : addresses) texts.push_back(address.ToString());
  const auto ours = fmt::format("{}", fmt::join(texts, " or "));
  switch (ground) {
    case Ground::kExpected:
      return ours + " is expected";
    case Ground::kMajority:
      return "most servers say " + ours;
    case Ground::kOwn:
      return "this machine itself has " + ours;
    case Ground::kReachable:
      return "only " + ours + " can be reached from outside";
    case Ground::kResolvers:
      return "most resolvers lead to where it is " + ours;
    case Ground::kNone:
      break;
  }
  return "";
}

}  // namespace dialwatch::diagnosis
