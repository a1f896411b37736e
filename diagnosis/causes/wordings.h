#pragma once

#include <span>
#include <string_view>

namespace dialwatch::diagnosis {

// What a cause says in one clause: {0} is whom it is about, {1} how many it hits ("11 of 40 dialers"), {2} whom (" (d1,
// d2, d3 and 8 more)").
struct Wording {
  std::string_view rule, text;
  std::string_view title = {};  // where the text is too long for a heading
  bool leads = false;           // what callers notice: as a symptom it stands before its cause

  // Those that are never many have neither {1} nor {2}.
  bool OfMany() const { return text.find("{1}") != std::string_view::npos; }
};

// A line for each rule that makes incidents.
std::span<const Wording> Wordings();

// Null: the rule has none.
const Wording* WordingOf(std::string_view rule);

}  // namespace dialwatch::diagnosis
