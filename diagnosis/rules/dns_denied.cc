#include "diagnosis/rules/dns_denied.h"

#include <fmt/format.h>

#include <optional>

#include "base/printable.h"
#include "diagnosis/advice.h"
#include "diagnosis/dns/answer.h"
#include "diagnosis/dns/reply_signs.h"
#include "diagnosis/rules/content_finding.h"
#include "diagnosis/zone/facts.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

// The latest serial that any server of the zone gives now.
std::optional<std::uint32_t> SerialNow(const Picture& picture, const std::string& zone) {
  const ZoneView* view = picture.FindZone(zone);
  if (view == nullptr) return std::nullopt;
  std::optional<std::uint32_t> latest;
  for (const ZoneServerView& server : view->newest->servers) {
    const auto serial = SerialOf(server, zone);
    if (serial && (!latest || probes::CompareSerials(*serial, *latest).value_or(0) > 0)) latest = serial;
  }
  return latest;
}

// ", by version 2020083001 of example.com, which is at 2020083105 now"
std::string VersionText(const Exhibit& exhibit) {
  const auto* record = SoaOf(exhibit.sample());
  const auto soa = record == nullptr ? std::nullopt : probes::ReadSoa(*record);
  if (!soa || DenialSourceOf(exhibit.sample(), exhibit.Zone()) != DenialSource::kZone) return "";
  const auto now = SerialNow(exhibit.situation.picture, exhibit.Zone());
  std::string text = fmt::format(", by version {} of {}", soa->serial, base::Printable(record->owner, 253));
  if (!now) return text;
  return text + (soa->serial == *now ? ", which is the present one" : fmt::format(", which is at {} now", *now));
}

std::string SayDenied(const Exhibit& exhibit) {
  const std::string denial = exhibit.Denial(), right = exhibit.WhatIsRight(), zone = exhibit.Zone();
  switch (DenialSourceOf(exhibit.sample(), zone)) {
    case DenialSource::kParent: {
      const std::string& parent = SoaOf(exhibit.sample())->owner;
      return fmt::format("{} has lost the delegation of {}: by the word of {} it says that {}, while {}", exhibit.via(),
                         zone, parent.empty() ? "the root" : base::Printable(parent, 253), denial, right);
    }
    case DenialSource::kNowhere:
      return fmt::format("{} says that {}, on no authority's word, while {}", exhibit.via(), denial, right);
    default:
      return fmt::format("{} says that {}{}, while {}{}", exhibit.via(), denial, VersionText(exhibit), right,
                         exhibit.OtherAuthority());
  }
}

std::vector<std::string> AdviseOnDenial(const Exhibit& exhibit) {
  const std::string zone = exhibit.Zone();
  std::vector<std::string> advice;
  switch (DenialSourceOf(exhibit.sample(), zone)) {
    case DenialSource::kParent:
      advice = {
          fmt::format("see at the registrar that {} has not expired and that its name servers are as they should be",
                      zone),
          fmt::format("if they are, {} and its name servers (NS) have to go from the cache: {}", zone,
                      FlushAdvice(exhibit.via(), exhibit.situation.settings))};
      break;
    case DenialSource::kNowhere:
      advice = {
          fmt::format("ask {} over TLS or HTTPS as well: if it is right there, something on the path answers in its "
                      "place; else it is broken",
                      exhibit.via())};
      break;
    default:
      return AdviseOnWrongAnswer(exhibit);
  }
  AdviseOther(exhibit.via(), exhibit.dialer_case, exhibit.situation.settings, advice);
  return advice;
}

}  // namespace

std::vector<Finding> DnsDenied(const Situation& situation) {
  return FindVerdict(situation, Verdict::kDenied, SayDenied, AdviseOnDenial);
}

}  // namespace dialwatch::diagnosis
