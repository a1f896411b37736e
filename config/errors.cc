#include "config/errors.h"

#include <fmt/format.h>

#include <algorithm>

namespace dialwatch::config {

void Errors::Add(Position at, std::string message) {
  if (mistakes_.size() < kMost) mistakes_.push_back({at, std::move(message)});
}

void Errors::AddOf(std::string_view key, const Errors& found) {
  for (const Mistake& mistake : found.mistakes_) Add(mistake.at, fmt::format("{}: {}", key, mistake.message));
}

std::vector<Mistake> Errors::Sorted() const {
  std::vector<Mistake> sorted = mistakes_;
  std::ranges::stable_sort(sorted, {}, &Mistake::at);
  return sorted;
}

}  // namespace dialwatch::config
