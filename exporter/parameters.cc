#include "exporter/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <vector>

#include "base/printable.h"
#include "base/rfc3339.h"

namespace dialwatch::exporter {
namespace {

std::string Shown(const std::string& text) {
  return base::Printable(text, 60);
}

}  // namespace

std::string ParameterReader::Text(const std::string& name) {
  read_[name] = true;
  const auto found = parameters_.find(name);
  if (found == parameters_.end()) return "";
  if (found->second.find('\n') != std::string::npos) Refuse(fmt::format("{} stands there twice", name));
  if (found->second.empty()) Refuse(fmt::format("{} is empty", name));
  return found->second;
}

std::optional<base::TimePoint> ParameterReader::Time(const std::string& name) {
  const std::string text = Text(name);
  if (text.empty()) return std::nullopt;
  const auto time = base::ParseRfc3339(text);
  if (!time) Refuse(fmt::format("{}: \"{}\" is no time in UTC, such as 2020-08-31T13:05:00Z", name, Shown(text)));
  return time;
}

std::size_t ParameterReader::Count(const std::string& name, std::size_t usual, std::size_t most) {
  const std::string text = Text(name);
  if (text.empty()) return usual;
  std::size_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failed == std::errc() && end == text.data() + text.size() && count >= 1 && count <= most) return count;
  Refuse(fmt::format("{}: \"{}\" is no number from 1 to {}", name, Shown(text), most));
  return usual;
}

void ParameterReader::Refuse(std::string what) {
  if (error_.empty()) error_ = std::move(what);
}

std::string ParameterReader::Error() const {
  if (!error_.empty()) return error_;
  std::vector<std::string> names;
  for (const auto& [name, read] : read_) names.push_back(name);
  for (const auto& [name, value] : parameters_) {
    if (!read_.contains(name))
      return fmt::format("there is no parameter \"{}\", only {}", Shown(name), fmt::join(names, ", "));
  }
  return "";
}

}  // namespace dialwatch::exporter
