#include "config/suggest.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/lower.h"

namespace dialwatch::config {

using base::Lower;

std::size_t EditDistance(std::string_view a, std::string_view b) {
  // three rows of the matrix: before[j], above[j] and row[j] are for i-2, i-1 and i characters of a, j of b
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::string DidYouMean(std::string_view wrong, const std::vector<std::string>& known) {
  constexpr std::size_t kLongest = 64;  // no name of ours is near to anything longer
  if (wrong.size() > kLongest) return "";
  std::size_t least = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
  const std::string* nearest = nullptr;
  for (const std::string& name : known) {
    const bool cut_short = wrong.size() >= 3 && Lower(name).starts_with(Lower(wrong));
    const std::size_t distance = cut_short ? 1 : EditDistance(Lower(wrong), Lower(name));
    if (distance >= least) continue;
    least = distance;
    nearest = &name;
  }
  return nearest == nullptr ? "" : fmt::format("; did you mean \"{}\"?", *nearest);
}

}  // namespace dialwatch::config
