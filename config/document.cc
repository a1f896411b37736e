#include "config/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "config/text_check.h"

// toml++ up to 3.4 asserts what it goes on to check itself ("[[=" ends a debug build, and clang optimizes the check
// away in a release build), so its assertions count for nothing here; fuzzing takes their place.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 16
#include <toml++/toml.h>

namespace dialwatch::config {
namespace {

constexpr int kMostDepth = 8;  // of tables and lists; "dialer[0].labels.account" is four deep

Position At(const toml::source_region& source) {
  return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

std::string_view UnusedTypeName(toml::node_type type) {
  switch (type) {
    case toml::node_type::floating_point:
      return "float";
    case toml::node_type::date:
      return "date";
    case toml::node_type::time:
      return "time";
    case toml::node_type::date_time:
      return "date-time";
    default:
      return "value";
  }
}

Node Convert(const toml::node& source, int depth) {
  Node node{At(source.source()), Unused{"deeply nested value"}};
  if (depth > kMostDepth) return node;
  if (const auto* text = source.as_string()) {
    node.value = text->get();
  } else if (const auto* integer = source.as_integer()) {
    node.value = integer->get();
  } else if (const auto* boolean = source.as_boolean()) {
    node.value = boolean->get();
  } else if (const auto* array = source.as_array()) {
    Array elements;
    for (const toml::node& element : *array) elements.push_back(Convert(element, depth + 1));
    node.value = std::move(elements);
  } else if (const auto* table = source.as_table()) {
    Table members;
    for (const auto& [key, value] : *table) {
      members.push_back({std::string(key.str()), At(key.source()), Convert(value, depth + 1)});
    }
    node.value = std::move(members);
  } else {
    node.value = Unused{UnusedTypeName(source.type())};
  }
  return node;
}

}  // namespace

std::string_view TypeName(const Node& node) {
  static constexpr std::array<std::string_view, 5> kNames{"string", "integer", "boolean", "list", "table"};
  const auto* unused = std::get_if<Unused>(&node.value);
  return unused != nullptr ? unused->type : kNames.at(node.value.index());
}

const Member* Find(const Table& table, std::string_view key) {
  const auto found = std::ranges::find(table, key, &Member::key);
  return found == table.end() ? nullptr : &*found;
}

std::optional<Node> ParseDocument(std::string_view text, Errors& errors) {
  if (const auto mistake = CheckText(text)) {
    errors.Add(mistake->at, mistake->message);
    return std::nullopt;
  }
  const toml::parse_result parsed = toml::parse(text);
  if (parsed) return Convert(parsed.table(), 0);
  const std::string_view why = parsed.error().description();
  const bool encoding = why.find("utf-8") != std::string_view::npos;
  errors.Add(At(parsed.error().source()), encoding ? "not UTF-8 from here on; save the file as UTF-8"
                                                   : fmt::format("not valid TOML: {}", base::Printable(why, 300)));
  return std::nullopt;
}

}  // namespace dialwatch::config
