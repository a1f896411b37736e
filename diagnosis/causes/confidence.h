#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "diagnosis/causes/correlation.h"

namespace dialwatch::diagnosis {

// How sure a cause is, and why, in words for whoever is about to act on it.
struct Confidence {
  enum class Level : std::uint8_t { kPossible, kLikely, kCertain };

  Level level = Level::kPossible;
  std::vector<std::string> reasons_for, reasons_against;  // the weightiest first

  bool operator==(const Confidence&) const = default;
};
constexpr std::array<std::string_view, 3> NamesOf(Confidence::Level /*type only*/) {
  return {"possible", "likely", "certain"};
}

// Likely where more speaks for the cause than against it, certain where it is two reasons more.
Confidence Weigh(const Cause& cause, const Settings& settings);

// "likely: seen in 5 replies; but no `expect` is configured"
std::string Sentence(const Confidence& confidence);

// docs/api.md, the object "Confidence".
base::Json ToJson(const Confidence& confidence);

}  // namespace dialwatch::diagnosis
