#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dialwatch::config {

// How many characters must be put in, left out, changed or swapped with their neighbour to make `b` of `a` (optimal
// string alignment: what fingers do wrong).
std::size_t EditDistance(std::string_view a, std::string_view b);

// "; did you mean \"interval\"?" with the nearest of `known`, or "" where none is near: a beginning of it, or at most
// one mistake in three characters. Capitals count as small letters.
std::string DidYouMean(std::string_view wrong, const std::vector<std::string>& known);

}  // namespace dialwatch::config
