#include "diagnosis/zone/view.h"

#include <algorithm>
#include <utility>

#include "diagnosis/late.h"
#include "diagnosis/zone/facts.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

void Note(std::optional<TimePoint>& since, bool holds, TimePoint at) {
  if (!holds) since.reset();
  if (holds && !since) since = at;
}

void NoteServer(ZoneServerState& state, const ZoneServerView& server, const ZoneSample& look) {
  if (Serves(server, look.zone)) {
    state.lame = 0;
  } else if (++state.lame == 1) {
    state.lame_since = look.at;
  }
  const auto serial = SerialOf(server, look.zone);
  if (!serial || serial == state.serial) return;
  const auto step = state.serial ? probes::CompareSerials(*serial, *state.serial) : 1;
  state.lowered_from = step && *step > 0 ? std::nullopt : state.serial;
  state.serial = serial;
}

// Name servers that are gone are still known for a while: a zone that goes back to them has none that are new.
void NoteNames(std::map<std::string, std::optional<TimePoint>>& named, const ZoneSample& look) {
  constexpr std::size_t kMost = 64;
  const bool first = named.empty();
  const auto names = NameServersOf(look);
  for (const std::string& name : names) named.try_emplace(name, first ? std::nullopt : std::optional(look.at));
  if (named.size() > kMost) std::erase_if(named, [&](const auto& entry) { return !names.contains(entry.first); });
}

}  // namespace

void ZoneView::Add(std::shared_ptr<const ZoneSample> look) {
  const bool first = newest == nullptr;
  if (!first && IsLate(look->at, newest->at)) return;
  for (const ZoneServerView& server : look->servers) NoteServer(servers[server.server], server, *look);
  std::erase_if(servers, [&](const auto& entry) {
    return std::none_of(look->servers.begin(), look->servers.end(),
                        [&](const ZoneServerView& each) { return each.server == entry.first; });
  });
  NoteNames(named, *look);
  const bool differed = serials_differ_since.has_value();
  Note(serials_differ_since, SerialsDiffer(*look), look->at);
  if (differed && !serials_differ_since) serials_agree_since = look->at;
  const bool faulty = !DelegationFaults(*look).empty();
  Note(delegation_faulty_since, faulty, look->at);
  faulty_from_the_start = faulty && (first || faulty_from_the_start);
  newest = std::move(look);
}

}  // namespace dialwatch::diagnosis
