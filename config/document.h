#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/errors.h"

// TOML as a plain tree in which every value knows its place. The TOML library ends in document.cc.
namespace dialwatch::config {

struct Node;
struct Member;
using Array = std::vector<Node>;
using Table = std::vector<Member>;

// A float, a date or a time, which no key takes; named for messages.
struct Unused {
  std::string_view type;
};

struct Node {
  Position at;
  std::variant<std::string, std::int64_t, bool, Array, Table, Unused> value;
};

struct Member {
  std::string key;
  Position at;  // of the key
  Node node;
};

// "string", "integer", "boolean", "list", "table", "float", "date", …
std::string_view TypeName(const Node& node);

const Member* Find(const Table& table, std::string_view key);

// The tree, whose root holds a Table, or nothing and one error: TOML cannot be read on after a mistake in its grammar.
// Text of any kind is safe to give: nesting is bounded before the library, which recurses, sees it.
std::optional<Node> ParseDocument(std::string_view text, Errors& errors);

}  // namespace dialwatch::config
