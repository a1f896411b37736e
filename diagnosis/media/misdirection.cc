#include "diagnosis/media/misdirection.h"

#include <algorithm>

namespace dialwatch::diagnosis {
namespace {

using Those = std::vector<const TrainSeries*>;

bool Echoes(const TrainSeries& series) {
  return GradeOf(series.newest->outcome) < RtpGrade::kSilent && !series.newest->echoed_by.empty();
}

bool ByAuthority(const TrainSeries& series) {
  return series.newest->subject.by_authority;
}

bool IsGivenBy(const TrainSeries& series, const std::string& resolver) {
  const auto& resolvers = series.newest->subject.resolved_via;
  return std::ranges::find(resolvers, resolver) != resolvers.end();
}

// The name in which the dialer echoes. A reflector that was set up with another name than the config's is no harm, as
// long as the authority leads there, or all of them say the same and no other dialer has that name: else who leads
// callers there would be right, and all others wrong.
std::string OwnName(const Those& series, const std::string& dialer, const std::vector<config::Dialer>& dialers) {
  std::string by_authority, any;
  bool same = true;
  for (const TrainSeries* each : series) {
    if (!Echoes(*each)) continue;
    const std::string& name = each->newest->echoed_by;
    if (name == dialer) return name;
    if (ByAuthority(*each) && by_authority.empty()) by_authority = name;
    same = same && (any.empty() || any == name) &&
           std::ranges::find(dialers, name, &config::Dialer::name) == dialers.end();
    any = name;
  }
  return !by_authority.empty() ? by_authority : same ? any : "";
}

bool LeadsAstray(const TrainSeries& series) {
  return Echoes(series) ? series.foreign.trains >= kTrainsOfAFact : series.silent.trains >= kTrainsOfAFact;
}

}  // namespace

TrainCase SortOut(const TrainView& view, const std::string& dialer, const std::vector<config::Dialer>& dialers) {
  const Those current = view.Current();
  const bool authority_known = std::ranges::any_of(current, [](const auto* each) { return ByAuthority(*each); });
  const std::string own_name = OwnName(current, dialer, dialers);
  TrainCase sorted;
  for (const TrainSeries* each : current) {
    if (Echoes(*each) && each->newest->echoed_by == own_name) sorted.right.push_back(each);
  }
  const auto has_right = [&](const std::string& resolver) {
    return std::ranges::any_of(sorted.right, [&](const auto* each) { return IsGivenBy(*each, resolver); });
  };
  for (const TrainSeries* each : current) {
    const bool right = std::ranges::find(sorted.right, each) != sorted.right.end();
    const bool astray = !right && !sorted.right.empty() && LeadsAstray(*each);
    bool blamed = false;
    for (const std::string& resolver : each->newest->subject.resolved_via) {
      if (!astray) continue;
      if (authority_known ? ByAuthority(*each) : has_right(resolver)) continue;
      sorted.misdirected[resolver].push_back(each);
      blamed = true;
    }
    if (blamed || (!right && authority_known && !ByAuthority(*each))) continue;
    sorted.own.push_back(each);
    if (astray) sorted.dead.push_back(each);
  }
  return sorted;
}

TimePoint AstraySince(const TrainSeries& series) {
  return series.silent.trains > 0 ? series.silent.since : series.foreign.since;
}

}  // namespace dialwatch::diagnosis
