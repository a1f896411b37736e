#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "diagnosis/causes/correlation.h"

namespace dialwatch::diagnosis {

// One sentence over all findings of a cause: that of the only one, else "google gives wrong addresses for 11 of 40
// dialers (d1, d2, d3 and 8 more)". That callers are not heard leads, though it follows from what is said behind it:
// "google sends callers of 2 of 40 dialers to addresses without their audio (d1 and d2): it gives wrong addresses for
// them". Where the cause is over, what it left behind comes first. `dialers`: how many are configured.
std::string Headline(const Cause& cause, std::size_t dialers);

// The same in a few words, as a heading has room for: "google gives wrong addresses for 11 of 40 dialers". `affected`:
// all that it has hit, since findings come and go. Empty where no words fit.
std::string Title(const Cause& cause, const std::vector<std::string>& affected, std::size_t dialers);
std::string Title(const std::string& rule, const std::string& about, const std::vector<std::string>& affected,
                  std::size_t dialers);

// What a cause did in its whole life, to all of these dialers; empty where its rule has no words for many.
std::string Epilogue(const std::string& rule, const std::string& about, const std::vector<std::string>& affected,
                     std::size_t dialers);

}  // namespace dialwatch::diagnosis
