#include "diagnosis/rules/dns_signature_expiry.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/duration_text.h"
#include "base/printable.h"
#include "diagnosis/zone/evidence.h"
#include "diagnosis/zone/facts.h"
#include "diagnosis/zone/signatures.h"
#include "probes/dns/record_fields.h"

namespace dialwatch::diagnosis {
namespace {

using base::DescribeDuration;
using std::chrono::seconds;

constexpr Duration kSoon = std::chrono::hours(72);
constexpr Duration kNow = std::chrono::hours(24);

struct Trouble {
  Severity severity = Severity::kCritical;
  std::string sentence;
  std::optional<Signed> what;
};

// Who signs on the fly makes signatures of a short life and renews them long before a day is left: for those a third
// and an eighth of their life is the measure.
std::optional<Trouble> TroubleOf(const Signed& set, TimePoint now) {
  const probes::RrsigFields& signature = set.signature;
  const auto life = std::chrono::duration_cast<Duration>(signature.expiration - signature.inception);
  const Duration left = signature.expiration - now;
  const std::string what = fmt::format("the signature of {} {}", base::Printable(set.owner, 253), signature.covered);
  if (signature.inception > now + kClockSkew) {
    return Trouble{Severity::kCritical,
                   fmt::format("{} holds only from {} on", what, base::FormatRfc3339(signature.inception)), set};
  }
  if (left <= Duration(0)) {
    return Trouble{Severity::kCritical, fmt::format("{} has ended {} ago", what, DescribeDuration(-left)), set};
  }
  const std::string ends = fmt::format("{} ends in {}", what, DescribeDuration(left));
  const Duration now_limit = std::max<Duration>(std::min(kNow, life / 8), seconds(signature.original_ttl));
  if (left < now_limit) return Trouble{Severity::kCritical, ends, set};
  if (left < std::min(kSoon, life / 3)) return Trouble{Severity::kWarning, ends, set};
  return std::nullopt;
}

// A DS record begins with the tag of its key (RFC 4034 §5.1). One of those keys has to sign the zone's keys.
bool HasTrustedKey(const ZoneSample& zone) {
  return std::any_of(zone.dnskey.begin(), zone.dnskey.end(), [&](const auto& record) {
    const auto signature = probes::ReadRrsig(record);
    return signature && signature->covered == "DNSKEY" &&
           std::any_of(zone.ds.begin(), zone.ds.end(),
                       [&](const auto& ds) { return ds.data.starts_with(fmt::format("{} ", signature->key_tag)); });
  });
}

// Validators refuse all of a zone whose parent says that it is signed and which is not, or not with that key.
std::optional<Trouble> MissingOf(const ZoneSample& zone) {
  if (zone.ds.empty()) return std::nullopt;
  if (zone.keys_known && !HasType(zone.dnskey, base::RecordType::kDnskey)) {
    return Trouble{Severity::kCritical, "its parent has a DS record, but it has no DNSKEY", std::nullopt};
  }
  if (zone.keys_known && !HasTrustedKey(zone)) {
    return Trouble{Severity::kCritical, "no key that a DS record of its parent is about signs its DNSKEY records",
                   std::nullopt};
  }
  for (const ZoneServerView& server : zone.servers) {
    if (Serves(server, zone.zone) && !HasType(server.soa.answers, base::RecordType::kRrsig)) {
      return Trouble{Severity::kCritical,
                     fmt::format("its parent has a DS record, but {} gives no signatures", AddressOf(server)),
                     std::nullopt};
    }
  }
  return std::nullopt;
}

// The worst; of equals the one that ends first.
std::optional<Trouble> WorstOf(const ZoneSample& zone, const SignedSets& sets, TimePoint now) {
  std::optional<Trouble> worst = MissingOf(zone);
  if (worst) return worst;
  for (const auto& [name, set] : sets) {
    const auto trouble = TroubleOf(set, now);
    if (!trouble) continue;
    const bool worse = !worst || trouble->severity > worst->severity ||
                       (trouble->severity == worst->severity &&
                        trouble->what->signature.expiration < worst->what->signature.expiration);
    if (worse) worst = trouble;
  }
  return worst;
}

std::vector<EvidenceRow> RowsOf(const SignedSets& sets, TimePoint now) {
  std::vector<std::pair<TimePoint, EvidenceRow>> ending;
  for (const auto& [name, set] : sets) {
    const probes::RrsigFields& signature = set.signature;
    EvidenceRow row;
    row.vantage = set.server.empty() ? "authority" : fmt::format("authority ({})", set.server);
    row.ttl = seconds(signature.original_ttl);
    row.note = fmt::format("{} {} by key {}, {} to {}{}", base::Printable(set.owner, 100), signature.covered,
                           signature.key_tag, base::FormatRfc3339(signature.inception),
                           base::FormatRfc3339(signature.expiration), TroubleOf(set, now) ? "" : ", in order");
    ending.emplace_back(signature.expiration, std::move(row));
  }
  std::stable_sort(ending.begin(), ending.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  constexpr std::size_t kShown = 10;
  std::vector<EvidenceRow> rows;
  for (std::size_t i = 0; i < std::min(ending.size(), kShown); ++i) rows.push_back(std::move(ending[i].second));
  return rows;
}

}  // namespace

std::vector<Finding> DnsSignatureExpiry(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [name, view] : situation.picture.zones()) {
    const auto sets = SignaturesOf(situation, *view.newest);
    const auto worst = WorstOf(*view.newest, sets, situation.now);
    if (!worst) continue;
    const bool nobody_validates = !view.newest->delegation.empty() && view.newest->ds.empty();
    Finding finding;
    finding.subject.authority = name;
    finding.severity = nobody_validates ? Severity::kInfo : worst->severity;
    finding.since = view.newest->at;
    finding.summary = fmt::format("{}: {}{}", name, worst->sentence,
                                  nobody_validates ? "; its parent has no DS record, so nobody validates it" : "");
    finding.evidence = RowsOf(sets, situation.now);
    finding.affected = DialersIn(situation, name);
    finding.advice = {
        fmt::format("sign {} again now, on the server that signs it, and see why that has not happened by itself",
                    name),
        "without good signatures resolvers that validate answer SERVFAIL; taking the DS record out at the registrar "
        "helps only after its TTL"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace dialwatch::diagnosis
