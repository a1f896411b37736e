#include "diagnosis/causes/wordings.h"

#include <algorithm>
#include <array>

namespace dialwatch::diagnosis {
namespace {

constexpr std::array kWordings{
    Wording{"media-misdirected", "{0} sends callers of {1} to addresses without their audio{2}",
            "{0} sends callers of {1} where they are not heard", true},
    Wording{"media-moved-early", "{1} of {0} moved and left old addresses dead, where copies lead callers still{2}",
            "{1} of {0} moved, and old addresses are dead"},
    Wording{"dns-unexpected", "the authority of {0} gives unexpected answers for {1}{2}",
            "the authority of {0} is wrong about {1}"},
    Wording{"dns-bogus", "{0} gives wrong addresses for {1}{2}"},
    Wording{"dns-stale", "{0} gives past addresses for {1}{2}"},
    Wording{"dns-denied", "{0} denies the names of {1}{2}"},
    Wording{"dns-intercepted", "something on the path answers in place of {0} for {1}{2}",
            "somebody answers in place of {0} for {1}"},
    Wording{"dns-filtered", "{0} blocks the names of {1}{2}"},
    Wording{"dns-served-stale", "{0} serves copies that have run out for {1}{2}"},
    Wording{"dns-dnssec", "{0} refuses, as DNSSEC does not validate, the names of {1}{2}",
            "{0} refuses {1}: DNSSEC does not validate"},
    Wording{"dns-authority-down", "no name server of {0} answers"},
    Wording{"dns-resolver-down", "{0} answers for no name, which hits {1}{2}", "resolver {0} gives no answers"},
    Wording{"dns-port-blocked", "DNS on port 53 does not get out of our network"},
    Wording{"dns-failing", "{0} fails for {1}{2}"},
    Wording{"dns-lame", "name servers of {0} do not serve it, the zone of {1}{2}",
            "some name servers of {0} do not serve it"},
    Wording{"dns-signature-expiry", "signatures of {0} end soon or are missing, for {1}{2}",
            "DNSSEC signatures of {0} end or are missing"},
    Wording{"dns-authority-split", "the servers of {0} do not agree on {1}{2}"},
    Wording{"ttl-policy", "the authority of {0} gives TTLs above the limit for {1}{2}",
            "TTLs in {0} are above the limit for {1}"},
    Wording{"ttl-negative", "denials in {0} are cached for longer than the limit, for {1}{2}",
            "denials in {0} are cached for too long"},
    Wording{"ttl-uneven", "the authority of {0} gives different TTLs for {1}{2}", "TTLs in {0} differ for {1}"},
    Wording{"ttl-impossible", "{0} holds copies longer than any TTL seen at the authority for {1}{2}",
            "{0} holds copies for too long for {1}"},
    Wording{"ttl-frozen", "{0} gives TTLs that do not count down for {1}{2}"},
    Wording{"ttl-lingering", "{0} holds copies with a TTL above the limit for {1}{2}",
            "{0} holds copies above the TTL limit for {1}"},
    Wording{"stun-address-split", "{0} does not lead clients to the right STUN servers"},
    Wording{"stun-mapping-split", "STUN server {0} disagrees about our address"},
    Wording{"stun-mapping-unexpected", "STUN servers see us at an unexpected address"},
    Wording{"stun-down", "STUN server {0} is down"},
    Wording{"stun-nat-pooled", "our NAT has several public addresses"},
    Wording{"turn-down", "relay {0} is down"},
    Wording{"turn-auth", "our login at relay {0} fails"},
    Wording{"turn-relay-broken", "calls through relay {0} are not heard as they should be"},
    Wording{"turn-cert-expiry", "the certificate of relay {0} ends soon"},
    Wording{"rtp-unreachable", "no audio comes back from {1}{2}"},
    Wording{"rtp-one-way", "audio flows one way only for {1}{2}"},
    Wording{"rtp-degraded", "audio is bad for {1}{2}"},
    Wording{"call-signalling", "calls to {1} fail{2}"},
    Wording{"call-no-media", "calls to {1} have bad or no audio{2}"},
    Wording{"ice-server-forbidden", "a server that is not allowed is configured: {0}"},
    Wording{"resolver-forbidden", "this machine asks resolver {0}, which is not allowed"},
    Wording{"policy-unreadable", "the policy cannot be checked at {0}"},
    Wording{"state-degraded", "dialwatch's own database is in trouble"},
    Wording{"vantage-blind", "our own network is out"},
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
