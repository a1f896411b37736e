#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dialwatch::config {

// A place in the text, both from 1.
struct Position {
  int line = 1;
  int column = 1;

  auto operator<=>(const Position&) const = default;
};

struct Mistake {
  Position at;
  std::string message;
};

// Collects what is wrong, so that one run tells it all. Keeps the first kMost, since a file can be wrong half a million
// times. Thread safety: none.
class Errors {
 public:
  static constexpr std::size_t kMost = 1000;

  void Add(Position at, std::string message);
  // Takes over what was found in the value of `key`.
  void AddOf(std::string_view key, const Errors& found);

  bool empty() const { return mistakes_.empty(); }
  std::size_t size() const { return mistakes_.size(); }
  std::vector<Mistake> Sorted() const;

 private:
  std::vector<Mistake> mistakes_;
};

}  // namespace dialwatch::config
