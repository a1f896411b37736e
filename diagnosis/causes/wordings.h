#pragma once

#include <span>
#include <string_view>

namespace dialwatch::diagnosis {

// What a cause says of many: {0} is whom it is about, {1} how many it hits ("11 of 40 dialers"), {2} whom (" (d1, d2,
// d3 and 8 more)").
struct Wording {
  std::string_view rule, text;
  bool leads = false;  // what callers notice: as a symptom it stands before its cause
};

// A line each; rules whose findings are never many are not here.
std::span<const Wording> Wordings();

// Null: the rule has none.
const Wording* WordingOf(std::string_view rule);

}  // namespace dialwatch::diagnosis
