#include "diagnosis/dns/reply_signs.h"

#include <algorithm>

#include "base/host_name.h"
#include "base/ip_address.h"
#include "diagnosis/dns/answer.h"
#include "probes/dns/extended_error.h"

namespace dialwatch::diagnosis {

namespace ede = probes::ede;

bool SaysStale(const DnsSample& sample) {
  return HasExtendedError(sample, ede::kStaleAnswer) || HasExtendedError(sample, ede::kStaleNxDomain);
}

bool SaysFiltered(const DnsSample& sample) {
  const auto is_blocking = [&](const probes::ExtendedError& error) {
    // with an error and not a denial, 18 is an access list that keeps us out (RFC 8914 §4.19)
    return error.code == ede::kForged || (error.code >= ede::kBlocked && error.code <= ede::kFiltered) ||
           (error.code == ede::kProhibited && !Fails(sample));
  };
  if (std::any_of(sample.extended_errors.begin(), sample.extended_errors.end(), is_blocking)) return true;
  return sample.rcode == probes::kRcodeNxDomain && !sample.ra && sample.authority.empty();
}

bool SaysDnssec(const DnsSample& sample) {
  return sample.rcode == probes::kRcodeServFail &&
         std::any_of(sample.extended_errors.begin(), sample.extended_errors.end(), [](const auto& error) {
           return error.code == ede::kUnsupportedAlgorithm || error.code == ede::kUnsupportedDigest ||
                  (error.code >= ede::kIndeterminate && error.code <= ede::kNsecMissing);
         });
}

bool IsSinkhole(const std::vector<std::string>& answers) {
  return !answers.empty() && std::all_of(answers.begin(), answers.end(), [](const std::string& answer) {
    const auto address = base::IpAddress::Parse(answer);
    return address && address->IsSpecialPurpose();
  });
}

DenialSource DenialSourceOf(const DnsSample& sample, const std::string& zone) {
  const auto* soa = SoaOf(sample);
  if (soa == nullptr) return DenialSource::kNowhere;
  if (!base::IsWithinZone(sample.host, soa->owner)) return DenialSource::kNowhere;
  return soa->owner != zone && base::IsWithinZone(zone, soa->owner) ? DenialSource::kParent : DenialSource::kZone;
}

}  // namespace dialwatch::diagnosis
