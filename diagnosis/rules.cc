#include "diagnosis/rules.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "diagnosis/rules/call_no_media.h"
#include "diagnosis/rules/call_session_timer.h"
#include "diagnosis/rules/call_signalling.h"
#include "diagnosis/rules/dns_authority_split.h"
#include "diagnosis/rules/dns_content.h"
#include "diagnosis/rules/dns_denied.h"
#include "diagnosis/rules/dns_dnssec.h"
#include "diagnosis/rules/dns_failing.h"
#include "diagnosis/rules/dns_filtered.h"
#include "diagnosis/rules/dns_intercepted.h"
#include "diagnosis/rules/dns_lame.h"
#include "diagnosis/rules/dns_port_blocked.h"
#include "diagnosis/rules/dns_served_stale.h"
#include "diagnosis/rules/dns_service.h"
#include "diagnosis/rules/dns_signature_expiry.h"
#include "diagnosis/rules/media_misdirected.h"
#include "diagnosis/rules/media_moved_early.h"
#include "diagnosis/rules/policy.h"
#include "diagnosis/rules/rtp_degraded.h"
#include "diagnosis/rules/rtp_one_way.h"
#include "diagnosis/rules/rtp_unreachable.h"
#include "diagnosis/rules/state_degraded.h"
#include "diagnosis/rules/stun_address_split.h"
#include "diagnosis/rules/stun_down.h"
#include "diagnosis/rules/stun_mapping_split.h"
#include "diagnosis/rules/stun_mapping_unexpected.h"
#include "diagnosis/rules/stun_nat.h"
#include "diagnosis/rules/ttl_copies.h"
#include "diagnosis/rules/ttl_habits.h"
#include "diagnosis/rules/ttl_policy.h"
#include "diagnosis/rules/ttl_uneven.h"
#include "diagnosis/rules/ttl_zone.h"
#include "diagnosis/rules/turn.h"
#include "diagnosis/rules/vantage.h"

namespace dialwatch::diagnosis {
namespace {

constexpr RuleEntry kBlind{"vantage-blind", Severity::kWarning,
                           "Nothing that we ask answers: our own network is out, and all else is unknown.",
                           VantageBlind};

// One line a rule; docs/findings.md repeats id, severity and meaning, and a test holds it to that.
constexpr std::array kRules{
    RuleEntry{"media-misdirected", Severity::kCritical,
              "A resolver sends callers to an address where the dialer does not echo, while it does at another.",
              MediaMisdirected},
    RuleEntry{"media-moved-early", Severity::kCritical,
              "A dialer has moved, and where it was it does not echo any more, while copies lead callers there.",
              MediaMovedEarly},
    RuleEntry{"dns-unexpected", Severity::kCritical,
              "The authority itself does not give what `expect` says, or denies that the name exists.", DnsUnexpected},
    RuleEntry{"dns-bogus", Severity::kCritical,
              "A resolver gives an answer that neither the authority nor history nor `expect` knows.", DnsBogus},
    RuleEntry{"dns-stale", Severity::kCritical,
              "A resolver gives a past answer of the authority, beyond the TTL it had then or the limit.", DnsStale},
    RuleEntry{"dns-denied", Severity::kCritical,
              "A resolver says that a name does not exist, or has no such record, where the authority has one.",
              DnsDenied},
    RuleEntry{"dns-intercepted", Severity::kCritical,
              "Something on the path answers in a resolver's place: port 53 and its encrypted transport contradict.",
              DnsIntercepted},
    RuleEntry{"dns-filtered", Severity::kCritical,
              "A resolver blocks a name that the authority has: a blocklist stands between it and its clients.",
              DnsFiltered},
    RuleEntry{"dns-served-stale", Severity::kWarning,
              "A resolver gives an answer that has run out, since it cannot reach the authority.", DnsServedStale},
    RuleEntry{"dns-dnssec", Severity::kCritical,
              "A resolver refuses a name (SERVFAIL), since the signatures of its zone do not validate.", DnsDnssec},
    RuleEntry{"dns-propagating", Severity::kInfo,
              "A resolver gives a past answer of the authority, within the TTL it had then.", DnsPropagating},
    RuleEntry{"dns-authority-down", Severity::kCritical,
              "No authoritative server of a zone gives an answer, three times running, while resolvers reply.",
              DnsAuthorityDown},
    RuleEntry{"dns-resolver-down", Severity::kWarning,
              "A resolver gives no answer for any name at any of its addresses, three times running, while others do.",
              DnsResolverDown},
    RuleEntry{
        "dns-port-blocked", Severity::kCritical,
        "Whoever is asked over plain DNS is silent, three times running, while encrypted DNS or other traffic gets "
        "through.",
        DnsPortBlocked},
    RuleEntry{"dns-failing", Severity::kWarning,
              "A name fails through a resolver (SERVFAIL, REFUSED, no answer), three times running.", DnsFailing},
    RuleEntry{"dns-lame", Severity::kWarning,
              "A server that NS records lead to does not serve the zone, three times running.", DnsLame},
    RuleEntry{"dns-authority-split", Severity::kCritical,
              "The servers of a zone, its parent, or the config do not say the same of it.", DnsAuthoritySplit},
    RuleEntry{"dns-signature-expiry", Severity::kCritical,
              "Signatures of a zone end within a day, have ended, or are missing; a warning within three days.",
              DnsSignatureExpiry},
    RuleEntry{"ttl-policy", Severity::kWarning, "The authority gives a TTL above the limit, on any link of the answer.",
              TtlPolicy},
    RuleEntry{"ttl-negative", Severity::kWarning, "A denial of a name in the zone is cached for longer than the limit.",
              TtlNegative},
    RuleEntry{"ttl-uneven", Severity::kWarning, "One set of records has different TTLs at the authority.", TtlUneven},
    RuleEntry{
        "ttl-too-low", Severity::kInfo,
        "The authority gives a TTL below 30 s on any link of the answer, or a resolver keeps copies for less than it "
        "allows.",
        TtlTooLow},
    RuleEntry{"ttl-impossible", Severity::kCritical,
              "A resolver holds an answer longer than any TTL that the authority was seen to give.", TtlImpossible},
    RuleEntry{"ttl-lingering", Severity::kWarning,
              "A resolver still holds an answer with a TTL above the limit, from before the authority lowered it.",
              TtlLingering},
    RuleEntry{"ttl-frozen", Severity::kWarning,
              "A resolver gives a TTL that does not count down, without saying that it serves stale data.", TtlFrozen},
    RuleEntry{"stun-address-split", Severity::kCritical,
              "A resolver denies a STUN server's name or leads to a dead or lying address, others to one that does "
              "well.",
              StunAddressSplit},
    RuleEntry{"stun-mapping-split", Severity::kCritical,
              "STUN servers, asked from one socket, see us at different addresses, and one of them is wrong.",
              StunMappingSplit},
    RuleEntry{"stun-mapping-unexpected", Severity::kCritical,
              "A STUN server sees us at an address that `expect_mapped` does not list.", StunMappingUnexpected},
    RuleEntry{"stun-down", Severity::kWarning,
              "A STUN server gives no mapped address at any of its addresses, three times running, while the network "
              "works.",
              StunDown},
    RuleEntry{"stun-nat-pooled", Severity::kWarning,
              "Our NAT has several addresses and takes one by destination, or another one nearly every round.",
              StunNatPooled},
    RuleEntry{"stun-nat-symmetric", Severity::kInfo,
              "Our NAT gives each destination another port, so that the port STUN tells is not the one media leaves "
              "from.",
              StunNatSymmetric},
    RuleEntry{"stun-nat-lifetime", Severity::kInfo, "Our NAT forgets a mapping within 30 s of silence.",
              StunNatLifetime},
    RuleEntry{"turn-down", Severity::kCritical,
              "A TURN relay gives no relayed address, three times running, while the network works.", TurnDown},
    RuleEntry{"turn-auth", Severity::kCritical, "A TURN relay refuses our credentials, or their file cannot be read.",
              TurnAuth},
    RuleEntry{"turn-relay-broken", Severity::kCritical,
              "A TURN relay grants a wrong address, or one through which nothing flows or some dialers are not heard.",
              TurnRelayBroken},
    RuleEntry{"turn-cert-expiry", Severity::kWarning, "The certificate of a TURN relay ends within two weeks.",
              TurnCertExpiry},
    RuleEntry{"rtp-unreachable", Severity::kCritical,
              "No audio comes back from a dialer's address, three trains running, while the network works.",
              RtpUnreachable},
    RuleEntry{"rtp-one-way", Severity::kCritical,
              "Audio flows to a dialer or back from it, and in the other direction next to none, three trains running.",
              RtpOneWay},
    RuleEntry{"rtp-degraded", Severity::kWarning,
              "Audio flows both ways, but with so much loss, jitter or delay that it is hard to understand.",
              RtpDegraded},
    RuleEntry{"call-signalling", Severity::kCritical,
              "A dialer does not answer a call as it should, or does not end it, two calls running.", CallSignalling},
    RuleEntry{"call-no-media", Severity::kCritical,
              "A dialer answers calls, but none of our audio comes back, two calls running.", CallNoMedia},
    RuleEntry{"call-session-timer", Severity::kInfo,
              "A dialer answers calls without a session timer, so that a call whose caller dies stays open.",
              CallSessionTimer},
    RuleEntry{"ice-server-forbidden", Severity::kWarning,
              "Clients or dialers are told to use a STUN or TURN server that `allowed_stun` does not list.",
              IceServerForbidden},
    RuleEntry{"resolver-forbidden", Severity::kWarning,
              "This machine asks a resolver that `allowed_resolvers` does not list.", ResolverForbidden},
    RuleEntry{"policy-unreadable", Severity::kWarning, "What is to be held against the policy cannot be read.",
              PolicyUnreadable},
    RuleEntry{"state-degraded", Severity::kWarning,
              "dialwatch's own database cannot be written, or was damaged and has been moved away.", StateDegraded},
    kBlind,
};

std::string IdOf(std::string_view rule, const Subject& subject) {
  std::string id(rule);
  for (const std::string* part :
       {&subject.dialer, &subject.resolver, &subject.authority, &subject.server, &subject.file}) {
    if (!part->empty()) id += ":" + *part;
  }
  return id;
}

// What this machine's own files say is known without a network.
bool IsOfThisMachine(const Finding& finding) {
  const std::string& file = finding.subject.file;
  return finding.rule == "resolver-forbidden" || finding.rule == "state-degraded" ||
         (!file.empty() && file.find("://") == std::string::npos);
}

std::vector<Finding> Run(const RuleEntry& entry, const Situation& situation) {
  std::vector<Finding> findings = entry.rule(situation);
  for (Finding& finding : findings) {
    finding.id = IdOf(entry.id, finding.subject);
    finding.rule = entry.id;
    finding.severity = std::min(finding.severity, entry.severity);
  }
  return findings;
}

}  // namespace

std::span<const RuleEntry> Rules() {
  return kRules;
}

std::vector<Finding> RunRules(const Situation& situation) {
  std::vector<Finding> findings;
  for (const RuleEntry& entry : kRules) {
    auto found = Run(entry, situation);
    std::move(found.begin(), found.end(), std::back_inserter(findings));
  }
  if (std::ranges::find(findings, kBlind.id, &Finding::rule) != findings.end()) {
    std::erase_if(findings,
                  [](const Finding& finding) { return finding.rule != kBlind.id && !IsOfThisMachine(finding); });
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
