#include "diagnosis/rules/zone.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/duration_text.h"
#include "base/printable.h"
#include "config/expectation.h"
#include "diagnosis/answer.h"
#include "diagnosis/evidence.h"
#include "diagnosis/tally.h"
#include "diagnosis/zone_dialers.h"
#include "diagnosis/zone_facts.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

using Strings = std::vector<std::string>;

// How long a change at the parent or in the zone may take to be seen in both, since we ask the parent seldom.
constexpr Duration kDelegationSettles = std::chrono::minutes(15);

// ---- dns-lame

// Where all of a zone's servers fail it is down, and not lame.
bool IsToBeTold(const ZoneView& view, const ZoneServerView& server) {
  const auto state = view.servers.find(server.server);
  if (state == view.servers.end() || state->second.lame < kRunning) return false;
  const auto& servers = view.newest->servers;
  const bool others_serve = std::any_of(servers.begin(), servers.end(),
                                        [&](const ZoneServerView& each) { return Serves(each, view.newest->zone); });
  return others_serve || !Fails(server.soa);
}

std::vector<EvidenceRow> RowsOf(const ZoneSample& zone) {
  std::vector<EvidenceRow> rows;
  for (const ZoneServerView& server : zone.servers) {
    EvidenceRow row;
    row.vantage = fmt::format("authority ({})", AddressOf(server));
    if (server.soa.outcome == probes::DnsOutcome::kAnswered) {
      row.rcode = probes::FormatRcode(server.soa.rcode);
      row.rtt_ms = static_cast<double>(server.soa.rtt.count()) / 1000;
    }
    const auto serial = SerialOf(server, zone.zone);
    row.note = serial ? fmt::format("serial {}", *serial) : LamenessOf(server);
    if (!server.names.empty()) *row.note += fmt::format(", {}", fmt::join(server.names, ", "));
    *row.note = base::Printable(*row.note, 200);
    rows.push_back(std::move(row));
  }
  return rows;
}

Finding TellLame(const Situation& situation, const ZoneView& view, const ZoneServerView& server) {
  const std::string& zone = view.newest->zone;
  const std::string names = base::Printable(fmt::format("{}", fmt::join(server.names, ", ")), 200);
  Finding finding;
  finding.subject.authority = zone;
  finding.subject.server = AddressOf(server);
  finding.since = view.servers.at(server.server).lame_since;
  finding.summary = fmt::format("{}{} does not serve {}: {}", AddressOf(server),
                                names.empty() ? "" : fmt::format(" ({})", names), zone, LamenessOf(server));
  finding.evidence = RowsOf(*view.newest);
  finding.affected = DialersIn(situation, zone);
  const std::string who = server.names.empty() ? AddressOf(server) : names;
  finding.advice = {
      fmt::format("have {} serve {}, or take it out of the NS records of the zone and at its registrar", who, zone),
      "until then a part of all questions takes longer, or fails where the other servers cannot be reached"};
  return finding;
}

// ---- dns-authority-split

// What is not in order about one zone or one name.
struct Fault {
  std::string sentence;
  Severity severity = Severity::kWarning;
  TimePoint since;
};

Duration RefreshOf(const ZoneSample& zone) {
  Duration longest{};
  for (const ZoneServerView& server : zone.servers) {
    if (!Serves(server, zone.zone)) continue;
    const auto soa = probes::ReadSoa(*probes::FindRecord(server.soa.answers, zone.zone, base::RecordType::kSoa));
    if (soa) longest = std::max<Duration>(longest, std::chrono::seconds(soa->refresh));
  }
  return longest;
}

// As long as servers may differ after a change: the secondaries have to fetch it.
bool IsLate(const Situation& situation, const ZoneView& view) {
  const Duration allowed = std::max(2 * situation.settings.policy.ttl_max, RefreshOf(*view.newest));
  return view.serials_differ_since && situation.now - *view.serials_differ_since > allowed;
}

const ZoneServerState* LoweredServer(const ZoneView& view) {
  const auto lowered = std::find_if(view.servers.begin(), view.servers.end(),
                                    [](const auto& entry) { return entry.second.lowered_from.has_value(); });
  return lowered == view.servers.end() ? nullptr : &lowered->second;
}

// "192.0.2.53 has serial 5, ahead of 192.0.2.54 with 3".
std::string SerialText(const ZoneSample& zone) {
  std::vector<std::pair<std::uint32_t, std::string>> serials;
  for (const ZoneServerView& server : zone.servers) {
    if (const auto serial = SerialOf(server, zone.zone)) serials.emplace_back(*serial, AddressOf(server));
  }
  const auto ahead = std::find_if(serials.begin(), serials.end(), [&](const auto& each) {
    return std::all_of(serials.begin(), serials.end(), [&](const auto& other) {
      const auto order = probes::CompareSerials(each.first, other.first);
      return order && *order >= 0;
    });
  });
  Strings first, behind;
  for (const auto& each : serials) {
    const bool leads = ahead != serials.end() && each.first == ahead->first;
    (leads ? first : behind).push_back(leads ? each.second : fmt::format("{} with {}", each.second, each.first));
  }
  if (first.empty()) return fmt::format("their serials cannot be compared: {}", fmt::join(behind, ", "));
  return fmt::format("{} {} serial {}, ahead of {}", Enumerate(first), first.size() == 1 ? "has" : "have", ahead->first,
                     Enumerate(behind));
}

void FindSerialFaults(const Situation& situation, const ZoneView& view, std::vector<Fault>& faults) {
  if (!view.serials_differ_since) return;
  const ZoneServerState* lowered = LoweredServer(view);
  Fault fault{
      fmt::format("the servers of {} serve different versions: {}", view.newest->zone, SerialText(*view.newest)),
      IsLate(situation, view) || lowered != nullptr ? Severity::kWarning : Severity::kInfo, *view.serials_differ_since};
  if (lowered != nullptr) {
    fault.sentence +=
        fmt::format("; the serial went back from {} to {}, so that secondaries do not take the new version",
                    *lowered->lowered_from, *lowered->serial);
  }
  faults.push_back(std::move(fault));
}

void FindDelegationFaults(const Situation& situation, const ZoneView& view, std::vector<Fault>& faults) {
  if (!view.delegation_faulty_since) return;
  const bool settled = view.faulty_from_the_start || situation.now - *view.delegation_faulty_since > kDelegationSettles;
  for (const std::string& sentence : DelegationFaults(*view.newest)) {
    faults.push_back({sentence, settled ? Severity::kWarning : Severity::kInfo, *view.delegation_faulty_since});
  }
}

// Pins at other ports than 53 are a test's or a proxy's, and nobody's name servers.
void FindPinFaults(const ZoneView& view, std::vector<Fault>& faults) {
  const ZoneSample& zone = *view.newest;
  const auto delegated = DelegatedAddresses(zone);
  if (!zone.pinned || delegated.empty()) return;
  std::set<base::IpAddress> pinned;
  for (const ZoneServerView& server : zone.servers) {
    if (server.server.port != kDnsPort) return;
    pinned.insert(server.server.address);
  }
  Strings unwatched, extra;
  for (const base::IpAddress& address : delegated) {
    const bool family_is_pinned = std::any_of(
        pinned.begin(), pinned.end(), [&](const base::IpAddress& pin) { return pin.is_v6() == address.is_v6(); });
    if (family_is_pinned && !pinned.contains(address)) unwatched.push_back(address.ToString());
  }
  for (const base::IpAddress& pin : pinned) {
    if (!delegated.contains(pin)) extra.push_back(pin.ToString());
  }
  if (!unwatched.empty()) {
    faults.push_back(
        {fmt::format("{} is delegated to {} too, which [[authority]] does not list", zone.zone, Enumerate(unwatched)),
         Severity::kWarning, zone.at});
  }
  if (!extra.empty()) {
    faults.push_back(
        {fmt::format("[[authority]] lists {} for {}, to which no NS record leads", Enumerate(extra), zone.zone),
         Severity::kInfo, zone.at});
  }
}

void TellZone(const Situation& situation, const ZoneView& view, std::vector<Finding>& findings) {
  std::vector<Fault> faults;
  FindSerialFaults(situation, view, faults);
  FindDelegationFaults(situation, view, faults);
  FindPinFaults(view, faults);
  if (faults.empty()) return;
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return a.severity > b.severity; });
  Finding finding;
  finding.subject.authority = view.newest->zone;
  finding.severity = faults.front().severity;
  finding.since = faults.front().since;
  finding.summary = faults.front().sentence;
  if (faults.size() > 1) finding.summary += fmt::format(" (and {} more)", faults.size() - 1);
  finding.evidence = RowsOf(*view.newest);
  for (std::size_t i = 1; i < faults.size(); ++i) {
    EvidenceRow& row = finding.evidence.emplace_back();
    row.vantage = "zone " + view.newest->zone;
    row.note = faults[i].sentence;
  }
  finding.affected = DialersIn(situation, view.newest->zone);
  finding.advice = {
      fmt::format("make the servers, the parent and the config say the same of {}: clients get one or the other",
                  view.newest->zone),
      "where a serial went back, set it above the old one (RFC 1982), or have the secondaries fetch the zone anew"};
  findings.push_back(std::move(finding));
}

// The answer sets that the servers give of one name and type, and the first judgement of each.
std::vector<const Judgement*> WordsOf(const DialerCase& dialer, RecordType type) {
  std::vector<const Judgement*> words;
  for (const Judgement& judgement : dialer.judgements) {
    const DnsSample& sample = *judgement.sample;
    if (!IsAuthority(judgement) || sample.type != type || !IsAuthoritative(sample)) continue;
    const bool new_word = std::none_of(words.begin(), words.end(), [&](const Judgement* word) {
      return AnswerSet(*word->sample) == AnswerSet(sample);
    });
    if (new_word) words.push_back(&judgement);
  }
  return words;
}

// Servers may give parts of a set, or what is near, where `expect` says so.
bool IsMeant(const DialerCase& dialer, RecordType type, const std::vector<const Judgement*>& words) {
  const config::Expectation expectation(dialer.dialer, type);
  return dialer.dialer.expect_mode != config::ExpectMode::kExact &&
         std::all_of(words.begin(), words.end(),
                     [&](const Judgement* word) { return expectation.Meets(AnswerSet(*word->sample)); });
}

void TellName(const Situation& situation, const DialerCase& dialer, std::vector<Finding>& findings) {
  for (const RecordType type : dialer.dialer.types) {
    const auto words = WordsOf(dialer, type);
    if (words.size() < 2 || IsMeant(dialer, type, words)) continue;
    Strings texts;
    for (const Judgement* word : words) {
      texts.push_back(
          fmt::format("{} gives {}", word->sample->via.server.ToString(kDnsPort), AnswerText(*word->sample)));
    }
    const std::string& zone = words.front()->sample->via.name;
    const auto seen = situation.picture.zones().find(zone);
    const ZoneView* view = seen == situation.picture.zones().end() ? nullptr : &seen->second;
    const bool on_the_way =
        view != nullptr && view->serials_differ_since && !IsLate(situation, *view) && LoweredServer(*view) == nullptr;
    Finding finding;
    finding.subject.dialer = dialer.dialer.name;
    finding.subject.authority = zone;
    finding.severity = on_the_way ? Severity::kInfo : Severity::kWarning;
    finding.since = words.back()->sample->at;
    finding.summary =
        fmt::format("the servers of {} do not agree on {}: {}", zone, dialer.dialer.host, Enumerate(texts));
    if (view != nullptr && view->serials_differ_since) finding.summary += "; " + SerialText(*view->newest);
    finding.evidence =
        EvidenceFor(dialer, [&](const Judgement& each) { return IsAuthority(each) && each.sample->type == type; });
    finding.affected = {dialer.dialer.name};
    finding.advice = {fmt::format("bring all servers of {} to one version: see whether the zone transfer fails", zone),
                      "until then resolvers give one answer or the other, and none of them is to blame"};
    findings.push_back(std::move(finding));
    return;  // one for all types of a dialer
  }
}

}  // namespace

std::vector<Finding> DnsLame(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [name, view] : situation.picture.zones()) {
    for (const ZoneServerView& server : view.newest->servers) {
      if (IsToBeTold(view, server)) findings.push_back(TellLame(situation, view, server));
    }
  }
  return findings;
}

std::vector<Finding> DnsAuthoritySplit(const Situation& situation) {
  std::vector<Finding> findings;
  for (const DialerCase& dialer : CasesOf(situation)) TellName(situation, dialer, findings);
  for (const auto& [name, view] : situation.picture.zones()) TellZone(situation, view, findings);
  return findings;
}

}  // namespace dialwatch::diagnosis
