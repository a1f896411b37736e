#pragma once

#include <cstddef>
#include <string>
#include <vector>

// How names are told in a sentence.
namespace dialwatch::diagnosis {

// "google", "google and quad9", "cloudflare, google and quad9".
std::string Enumerate(const std::vector<std::string>& names);

// The first few: "d1, d2, d3 and 8 more".
std::string EnumerateSome(const std::vector<std::string>& names);

// Of `all` dialers: "d1", "3 of 40 dialers", "all 40 dialers"; and where that does not say it, " (d1, d2 and d3)".
std::string HowMany(const std::vector<std::string>& dialers, std::size_t all);
std::string NamesOf(const std::vector<std::string>& dialers, std::size_t all);

// Both: "3 of 40 dialers (d1, d2 and d3)".
std::string Whom(const std::vector<std::string>& dialers, std::size_t all);

}  // namespace dialwatch::diagnosis
