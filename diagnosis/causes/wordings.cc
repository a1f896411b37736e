#include "diagnosis/causes/wordings.h"

#include <algorithm>
#include <array>

namespace dialwatch::diagnosis {
namespace {

constexpr std::array kWordings{
    Wording{"media-misdirected", "{0} sends callers of {1} to addresses without their audio{2}", true},
    Wording{"media-moved-early", "{1} moved and left old addresses dead, where copies lead callers still{2}"},
    Wording{"dns-unexpected", "the authority of {0} gives unexpected answers for {1}{2}"},
    Wording{"dns-bogus", "{0} gives wrong addresses for {1}{2}"},
    Wording{"dns-stale", "{0} gives past addresses for {1}{2}"},
    Wording{"dns-denied", "{0} denies the names of {1}{2}"},
    Wording{"dns-intercepted", "something on the path answers in place of {0} for {1}{2}"},
    Wording{"dns-filtered", "{0} blocks the names of {1}{2}"},
    Wording{"dns-served-stale", "{0} serves copies that have run out for {1}{2}"},
    Wording{"dns-dnssec", "{0} refuses, as DNSSEC does not validate, the names of {1}{2}"},
    Wording{"dns-failing", "{0} fails for {1}{2}"},
    Wording{"dns-resolver-down", "{0} answers for no name, which hits {1}{2}"},
    Wording{"dns-lame", "name servers of {0} do not serve it, the zone of {1}{2}"},
    Wording{"dns-signature-expiry", "signatures of {0} end soon or are missing, for {1}{2}"},
    Wording{"dns-authority-split", "the servers of {0} do not agree on {1}{2}"},
    Wording{"ttl-policy", "the authority of {0} gives TTLs above the limit for {1}{2}"},
    Wording{"ttl-negative", "denials in {0} are cached for longer than the limit, for {1}{2}"},
    Wording{"ttl-uneven", "the authority of {0} gives different TTLs for {1}{2}"},
    Wording{"ttl-impossible", "{0} holds copies longer than any TTL seen at the authority for {1}{2}"},
    Wording{"ttl-frozen", "{0} gives TTLs that do not count down for {1}{2}"},
    Wording{"ttl-lingering", "{0} holds copies with a TTL above the limit for {1}{2}"},
};

}  // namespace

std::span<const Wording> Wordings() {
  return kWordings;
}

const Wording* WordingOf(std::string_view rule) {
  const auto found = std::ranges::find(kWordings, rule, &Wording::rule);
  return found == kWordings.end() ? nullptr : &*found;
}

}  // namespace dialwatch::diagnosis
