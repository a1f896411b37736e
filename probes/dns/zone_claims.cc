#include "probes/dns/zone_claims.h"

#include <string_view>
#include <utility>

#include "probes/dns/zone_replies.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxNames = 8;       // that one search asks for: of a hundred labels each would be a question
constexpr std::size_t kLongestName = 253;  // RFC 1035 §3.1, as text

// A resolver keeps the denial of a name for all types (RFC 2308 §5). A question about the host itself, asked while its
// authority denies it, would put that into public caches; what is denied below it harms nobody and has the same SOA.
constexpr std::string_view kBelow = "_dialwatch.";

// Asks for `candidate`, then for the names above it, `more` at the most.
void AskForZone(const SearchContextPtr& context, const std::string& host, const std::string& candidate,
                std::size_t more, std::function<void(const ZoneClaims&)> done) {
  context->panel.Ask(
      candidate, RecordType::kSoa, [host](const DnsSample& sample) { return ReadZone(host, sample); },
      [weak = std::weak_ptr(context), host, candidate, more, done = std::move(done)](const Consensus& said) mutable {
        const auto alive = weak.lock();
        if (!alive) return;
        ZoneClaims claims;
        claims.disputed = !said.disputed.empty();
        for (const auto* records : {&said.agreed, &said.disputed}) {
          for (const DnsRecord& record : *records) claims.zones.push_back(record.owner);
        }
        const std::size_t dot = candidate.find('.');
        if (!claims.zones.empty() || dot == std::string::npos || more == 0) return done(claims);
        AskForZone(alive, host, candidate.substr(dot + 1), more - 1, std::move(done));
      });
}

}  // namespace

void FindZone(const SearchContextPtr& context, const std::string& host, std::function<void(const ZoneClaims&)> done) {
  const std::string below = std::string(kBelow) + host;
  AskForZone(context, host, below.size() <= kLongestName ? below : host, kMaxNames - 1, std::move(done));
}

}  // namespace dialwatch::probes
