#include "diagnosis/zone/faults.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/printable.h"
#include "diagnosis/evidence.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

using Strings = std::vector<std::string>;

// How long a change at the parent or in the zone may take to be seen in both, since we ask the parent seldom.
constexpr Duration kDelegationSettles = std::chrono::minutes(15);

// How long a name server counts as new: who took over a zone at its registrar has made it his own in every other way.
constexpr Duration kNewFor = std::chrono::hours(1);

Duration RefreshOf(const ZoneSample& zone) {
  Duration longest{};
  for (const ZoneServerView& server : zone.servers) {
    const auto* record = SoaOf(server, zone.zone);
    const auto soa = record == nullptr ? std::nullopt : probes::ReadSoa(*record);
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

void FindSerialFaults(const Situation& situation, const ZoneView& view, std::vector<ZoneFault>& faults) {
  if (!view.serials_differ_since) return;
  const ZoneServerState* lowered = LoweredServer(view);
  ZoneFault fault{
      fmt::format("the servers of {} serve different versions: {}", view.newest->zone, SerialText(*view.newest)),
      IsLate(situation, view) || lowered != nullptr ? Severity::kWarning : Severity::kInfo, *view.serials_differ_since,
      "see why the servers that are behind do not fetch the zone: whether they are notified, may transfer it, and "
      "reach its source",
      true};
  if (lowered != nullptr) {
    fault.sentence +=
        fmt::format("; the serial went back from {} to {}, so that secondaries do not take the new version",
                    *lowered->lowered_from, *lowered->serial);
    fault.advice = fmt::format("set the serial of {} above {} (RFC 1982), or have the secondaries fetch the zone anew",
                               view.newest->zone, *lowered->lowered_from);
  }
  faults.push_back(std::move(fault));
}

void FindDelegationFaults(const Situation& situation, const ZoneView& view, std::vector<ZoneFault>& faults) {
  if (!view.delegation_faulty_since) return;
  const bool settled = view.faulty_from_the_start || situation.now - *view.delegation_faulty_since > kDelegationSettles;
  for (const std::string& sentence : DelegationFaults(*view.newest)) {
    faults.push_back({sentence, settled ? Severity::kWarning : Severity::kInfo, *view.delegation_faulty_since,
                      fmt::format("bring the registrar's entries and the records of {} in line: clients get one or the "
                                  "other",
                                  view.newest->zone)});
  }
}

// Pins at other ports than 53 are a test's or a proxy's, and nobody's name servers.
void FindPinFaults(const ZoneView& view, std::vector<ZoneFault>& faults) {
  const ZoneSample& zone = *view.newest;
  const auto delegated = DelegatedAddresses(zone);
  if (!zone.pinned || delegated.empty()) return;
  std::set<base::IpAddress> pinned;
  for (const ZoneServerView& server : zone.servers) {
    if (server.server.port != config::kDnsPort) return;
    pinned.insert(server.server.address);
  }
  const std::string advice = fmt::format("bring [[authority]] in line with the name servers of {}", zone.zone);
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
         Severity::kWarning, zone.at, advice});
  }
  if (!extra.empty()) {
    faults.push_back(
        {fmt::format("[[authority]] lists {} for {}, to which no NS record leads", Enumerate(extra), zone.zone),
         Severity::kInfo, zone.at, advice});
  }
}

void FindNewServers(const Situation& situation, const ZoneView& view, std::vector<ZoneFault>& faults) {
  Strings names, before;
  TimePoint since;
  const auto now = NameServersOf(*view.newest);
  for (const auto& [name, first_seen] : view.named) {
    const bool is_new = first_seen && situation.now - *first_seen <= kNewFor;
    if (!is_new) before.push_back(base::Printable(name, 253));
    if (!is_new || !now.contains(name)) continue;
    names.push_back(base::Printable(name, 253));
    since = std::max(since, *first_seen);
  }
  if (names.empty()) return;
  faults.push_back({fmt::format("{} has {} of late: {}; before {} {}", view.newest->zone,
                                names.size() == 1 ? "another name server" : "other name servers", Enumerate(names),
                                before.size() == 1 ? "it was" : "they were", Enumerate(before)),
                    Severity::kWarning, since,
                    fmt::format("if nobody meant to change them, look at the account at the registrar at once: who "
                                "holds that holds {}",
                                view.newest->zone)});
}

}  // namespace

std::vector<ZoneFault> FaultsOf(const Situation& situation, const ZoneView& view) {
  std::vector<ZoneFault> faults;
  FindSerialFaults(situation, view, faults);
  FindDelegationFaults(situation, view, faults);
  FindPinFaults(view, faults);
  FindNewServers(situation, view, faults);
  std::stable_sort(faults.begin(), faults.end(),
                   [](const ZoneFault& a, const ZoneFault& b) { return a.severity > b.severity; });
  return faults;
}

bool IsOnTheWay(const Situation& situation, const ZoneView& view) {
  return view.serials_differ_since && !IsLate(situation, view) && LoweredServer(view) == nullptr;
}

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

}  // namespace dialwatch::diagnosis
