#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "config/codec.h"

namespace dialwatch::scenarios {

// Reads the keys of one table by the config's codecs, each named once; what is left over at the end is a mistake.
// Thread safety: none.
class Keys {
 public:
  Keys(const config::Node& table, config::Errors& errors)
      : at_(table.at), table_(std::get<config::Table>(table.value)), errors_(errors) {}

  template <typename Value>
  Keys& Take(const std::string& key, const config::Codec<Value>& codec, Value& value) {
    known_.push_back(key);
    const config::Member* member = config::Find(table_, key);
    if (member == nullptr) return *this;
    if (config::TypeName(member->node) != codec.kind) {
      errors_.Add(member->node.at, fmt::format("{}: {}", key, config::WrongType(member->node, codec.type)));
      return *this;
    }
    config::Errors found;
    if (auto read = codec.read(member->node, found)) value = std::move(*read);
    errors_.AddOf(key, found);
    return *this;
  }

  template <typename Value>
  Keys& Need(const std::string& key, const config::Codec<Value>& codec, Value& value) {
    if (config::Find(table_, key) == nullptr) errors_.Add(at_, fmt::format("{} is missing", key));
    return Take(key, codec, value);
  }

  // Tables that are read elsewhere.
  Keys& Leave(const std::string& key) {
    known_.push_back(key);
    return *this;
  }

  ~Keys() {
    for (const config::Member& member : table_) {
      if (std::ranges::find(known_, member.key) != known_.end()) continue;
      std::string hint = config::DidYouMean(member.key, known_);
      if (hint.empty()) hint = fmt::format("; there are {}", fmt::join(known_, ", "));
      errors_.Add(member.at, fmt::format("unknown key \"{}\"{}", member.key, hint));
    }
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

 private:
  const config::Position at_;
  const config::Table& table_;
  config::Errors& errors_;
  std::vector<std::string> known_;
};

}  // namespace dialwatch::scenarios
