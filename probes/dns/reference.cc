#include "probes/dns/reference.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace dialwatch::probes {
namespace {

// Names that their operators need themselves, and that their resolvers have at hand.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kReferences{{
    {"quad9", "dns.quad9.net"},
    {"cloudflare", "one.one.one.one"},
    {"google", "dns.google"},
    {"opendns", "dns.opendns.com"},
}};

}  // namespace

std::string ReferenceOf(const config::Resolver& resolver) {
  if (resolver.reference == config::kNoReference) return "";
  if (!resolver.reference.empty()) return resolver.reference;
  const auto* const own =
      std::ranges::find(kReferences, resolver.operator_name, &std::pair<std::string_view, std::string_view>::first);
  return own == kReferences.end() ? "" : std::string(own->second);
}

DnsQuestion ReferenceQuestion(const config::Resolver& resolver, const Endpoint& address, Duration timeout) {
  DnsQuestion question = QuestionTo(resolver, address, ReferenceOf(resolver), RecordType::kA, timeout);
  question.purpose = Purpose::kReference;
  return question;
}

bool ReferenceClock::TakeDue(const std::string& resolver, Duration period, Time now) {
  const auto [asked_at, first] = asked_at_.try_emplace(resolver, now);
  if (!first && now - asked_at->second < period) return false;
  asked_at->second = now;
  return true;
}

}  // namespace dialwatch::probes
