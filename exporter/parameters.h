#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/time.h"

namespace dialwatch::exporter {

// What stands behind the "?" of a request: decoded, by name. A name that stands there twice has both values, joined by
// a line feed, which no value that is right has.
using Parameters = std::map<std::string, std::string>;

// Reads parameters one by one and remembers the first that is wrong, in words that say what is right.
// Thread safety: none.
class ParameterReader {
 public:
  explicit ParameterReader(const Parameters& parameters) : parameters_(parameters) {}

  std::string Text(const std::string& name);  // "" where it is left out
  std::optional<base::TimePoint> Time(const std::string& name);
  std::size_t Count(const std::string& name, std::size_t usual, std::size_t most);
  void Refuse(std::string what);  // counts only as the first

  // What is wrong; also where there is a parameter that nobody has read. Empty: nothing.
  std::string Error() const;

 private:
  const Parameters& parameters_;
  std::map<std::string, bool> read_;
  std::string error_;
};

}  // namespace dialwatch::exporter
