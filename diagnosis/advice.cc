#include "diagnosis/advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace dialwatch::diagnosis {
namespace {

// Operators that let anybody drop a name from their caches.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFlushPages{{
    {"google", "https://dns.google/cache"},
    {"cloudflare", "https://one.one.one.one/purge-cache/"},
    {"opendns", "https://cachecheck.opendns.com/"},
    {"cisco", "https://cachecheck.opendns.com/"},
}};

// Operators that have no such page, and whom to write to instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> kSupportPages{{
    {"quad9", "https://www.quad9.net/support/contact"},
}};

// Empty: the operator has none.
template <std::size_t count>
std::string_view PageOf(const std::array<std::pair<std::string_view, std::string_view>, count>& pages,
                        std::string_view operator_name) {
  const auto found =
      std::find_if(pages.begin(), pages.end(), [&](const auto& each) { return each.first == operator_name; });
  return found == pages.end() ? "" : found->second;
}

// Resolvers that give nothing but right answers for the dialer.
std::vector<std::string> RightResolvers(const DialerCase& dialer, const Settings& settings) {
  std::vector<std::string> right;
  for (const config::Resolver& resolver : settings.resolvers) {
    bool asked = false, wrong = false;
    for (const Judgement& judgement : dialer.judgements) {
      if (IsAuthority(judgement) || judgement.sample->via.name != resolver.name) continue;
      asked = true;
      wrong = wrong || judgement.verdict != Verdict::kOk;
    }
    if (asked && !wrong) right.push_back(resolver.name);
  }
  return right;
}

}  // namespace

std::string_view FlushPage(const std::string& resolver, const Settings& settings) {
  return PageOf(kFlushPages, config::OperatorOf(settings, resolver));
}

std::string FlushAdvice(const std::string& resolver, const Settings& settings) {
  if (const auto page = FlushPage(resolver, settings); !page.empty()) {
    return fmt::format("flush the affected names at {}", page);
  }
  const auto support = PageOf(kSupportPages, config::OperatorOf(settings, resolver));
  return fmt::format("have the operator of {} drop its copy of the affected names{}", resolver,
                     support.empty() ? "" : fmt::format(": there is no page for that, write to {}", support));
}

void AdviseOther(const std::string& resolver, const DialerCase& dialer, const Settings& settings,
                 std::vector<std::string>& advice) {
  if (const auto right = RightResolvers(dialer, settings); !right.empty()) {
    advice.push_back(
        fmt::format("until then, let clients and servers that use {} ask {}, which is right", resolver, right.front()));
  }
  advice.push_back(fmt::format(
      "look for {} in the webphones and in Asterisk: whatever leans on it goes to the wrong place", resolver));
}

std::vector<std::string> AdviceOnWrongCopy(const std::string& resolver, const DialerCase& dialer,
                                           const Settings& settings) {
  std::vector<std::string> advice{FlushAdvice(resolver, settings)};
  AdviseOther(resolver, dialer, settings, advice);
  return advice;
}

std::vector<std::string> AdviceOnOtherAuthority(const std::string& resolver, const std::string& zone,
                                                const DialerCase& dialer, const Settings& settings) {
  std::vector<std::string> advice{
      fmt::format(
          "look at the delegation of {} at its registrar and at the parent zone's servers: through {} even names "
          "that no cache can hold are wrong, so a flush will not help",
          zone, resolver),
      fmt::format("if it is right there, {} or the path to it is hijacked: tell its operator", resolver)};
  AdviseOther(resolver, dialer, settings, advice);
  return advice;
}

}  // namespace dialwatch::diagnosis
