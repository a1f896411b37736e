#include "diagnosis/whom.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kNamesShown = 3;

}  // namespace

std::string Enumerate(const std::vector<std::string>& names) {
  if (names.size() < 2) return names.empty() ? "" : names.front();
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

std::string EnumerateSome(const std::vector<std::string>& names) {
  if (names.size() <= kNamesShown + 1) return Enumerate(names);
  std::vector<std::string> shown(names.begin(), names.begin() + kNamesShown);
  shown.push_back(fmt::format("{} more", names.size() - kNamesShown));
  return Enumerate(shown);
}

std::string HowMany(const std::vector<std::string>& dialers, std::size_t all) {
  if (dialers.size() == 1) return dialers.front();
  return dialers.size() == all ? fmt::format("all {} dialers", all)
                               : fmt::format("{} of {} dialers", dialers.size(), all);
}

std::string NamesOf(const std::vector<std::string>& dialers, std::size_t all) {
  const bool said = dialers.size() == 1 || dialers.size() == all;
  return said ? "" : fmt::format(" ({})", EnumerateSome(dialers));
}

std::string Whom(const std::vector<std::string>& dialers, std::size_t all) {
  return HowMany(dialers, all) + NamesOf(dialers, all);
}

}  // namespace dialwatch::diagnosis
