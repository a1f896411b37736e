#include "diagnosis/rules/dns_dnssec.h"

#include <fmt/format.h>

#include <set>

#include "diagnosis/dns/answer.h"
#include "diagnosis/rules/content_finding.h"

namespace dialwatch::diagnosis {
namespace {

std::string SayDnssec(const Exhibit& exhibit) {
  const ThroughResolver* through = exhibit.name().Through(exhibit.via());
  const auto* unchecked = through == nullptr ? nullptr : through->unchecked.get();
  std::string why = exhibit.ExtendedErrors();
  if (unchecked != nullptr && HasAnswer(*unchecked)) {
    why += fmt::format("{}unchecked (CD=1) it gives {}", why.empty() ? "" : "; ", AnswerText(*unchecked));
  }
  return fmt::format("{} refuses {} as DNSSEC does not validate (SERVFAIL; {})", exhibit.via(), exhibit.host(), why);
}

// How many resolvers say so of the dialer's names.
std::size_t ResolversThatRefuse(const DialerCase& dialer) {
  std::set<std::string> resolvers;
  for (const Judgement& judgement : dialer.judgements) {
    if (judgement.verdict == Verdict::kDnssec) resolvers.insert(judgement.sample->via.name);
  }
  return resolvers.size();
}

std::vector<std::string> AdviseOnDnssec(const Exhibit& exhibit) {
  const std::string zone = exhibit.Zone();
  if (ResolversThatRefuse(exhibit.dialer_case) > 1) {
    return {fmt::format("sign {} again and see that the DS at the registrar fits its key: several resolvers refuse it",
                        zone),
            "if that takes long, have the registrar take the DS out: unsigned is better than refused",
            "once it is mended, flush the name at the resolvers: they keep the failure for a while"};
  }
  return {fmt::format("see whether {} holds an old key or signature of {}: flush the name, its DNSKEY and its DS there",
                      exhibit.via(), zone),
          fmt::format("see that the DS at the registrar fits the key of {}: other resolvers may not validate", zone),
          fmt::format("where {} is your own, look at its clock and its trust anchor", exhibit.via())};
}

}  // namespace

std::vector<Finding> DnsDnssec(const Situation& situation) {
  return FindVerdict(situation, Verdict::kDnssec, SayDnssec, AdviseOnDnssec);
}

}  // namespace dialwatch::diagnosis
