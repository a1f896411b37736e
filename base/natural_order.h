#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dialwatch::base {

// How people sort names: d2 before d10, since numbers in them count as numbers. A strict total order: of names that
// differ by leading zeros only ("d1", "d01") neither equals the other.
bool NaturalLess(std::string_view a, std::string_view b);

// The same for maps and sets.
struct NaturalOrder {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): what std::map looks for
  bool operator()(std::string_view a, std::string_view b) const { return NaturalLess(a, b); }
};

// Sorts names so, and keeps each once.
void SortNames(std::vector<std::string>& names);

}  // namespace dialwatch::base
