#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/codec.h"

// A section of the file as a table of its keys. Each key is declared once, with what reads, writes and explains it; the
// reader, --dump, suggestions and docs/configuration.md all come from that.
namespace dialwatch::config {

// A key as people read of it. Those who declare one give the first four; the rest comes from the codec and the struct.
struct Key {
  std::string name;
  std::string help;
  std::string example;        // a TOML value
  std::string fallback = {};  // what holds where the key is left out, in words, where the struct's default does not say
  bool required = false;
  std::string type = {};
  std::string range = {};
};

// A section without its C++ type: what the reader, the writer and the documentation see.
struct AnySection {
  std::string name;
  std::string help;
  bool repeated = false;
  bool needs_one = false;  // "resolver = []" is an error
  std::vector<Key> keys;
  std::map<std::string, std::string> refused;  // key → why, and what to do
  std::vector<std::string> rules;              // names of the checks over several keys
  std::function<void(const Node&, Settings&, Errors&)> read;
  std::function<std::string(const Settings&)> write;

  std::string Heading() const;  // "[probing]", "[[dialer]]"
};

// The tables that a section's node stands for; an error where it is of another shape, such as [dialer] for [[dialer]].
std::vector<const Node*> TablesOf(const AnySection& section, const Node& node, Errors& errors);

// One table that was read.
template <typename Owner>
struct Entry {
  Owner value{};
  Position at;
  const Table* table = nullptr;
  bool whole = false;  // each of its keys could be read

  // Of the key's value, or of the table where the key is left out.
  Position At(std::string_view key) const {
    const Member* member = Find(*table, key);
    return member == nullptr ? at : member->node.at;
  }
};

// Declares a section whose tables become an Owner. Thread safety: none while it is built, const afterwards.
template <typename Owner>
class Section {
 public:
  using Entries = std::vector<Entry<Owner>>;

  Section(std::string name, std::string help) {
    any_.name = std::move(name);
    any_.help = std::move(help);
  }

  template <typename Value, typename Get, typename Set>
  Section& Add(Key key, const Codec<Value>& codec, Get get, Set set) {
    key.type = codec.type;
    key.range = codec.range;
    if (key.fallback.empty() && !key.required) key.fallback = codec.write(get(Owner{}));
    const auto read = [codec, set](const Node& node, Owner& owner, Errors& errors) {
      if (auto value = codec.read(node, errors)) set(owner, std::move(*value));
    };
    fields_.push_back({key, codec.kind, read, [codec, get](const Owner& owner) { return codec.write(get(owner)); }});
    any_.keys.push_back(std::move(key));
    return *this;
  }

  template <typename Value>
  Section& Add(Key key, Value Owner::*member, const Codec<Value>& codec) {
    return Add(
        std::move(key), codec, [member](const Owner& owner) { return owner.*member; },
        [member](Owner& owner, Value value) { owner.*member = std::move(value); });
  }

  Section& Refuse(std::string key, std::string why) {
    any_.refused.emplace(std::move(key), std::move(why));
    return *this;
  }

  Section& NeedsOne() {
    any_.needs_one = true;
    return *this;
  }

  // Keys that the contract has and this version does not: an error, for to ignore them would be not to watch.
  Section& NotYet(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) Refuse(key, key + " is not supported by this version; take it out");
    return *this;
  }

  // Fills in what follows from other values. The sections before this one are in the settings already.
  Section& Complete(std::function<void(Owner&, const Settings&)> complete) {
    complete_ = std::move(complete);
    return *this;
  }

  // A rule over several keys of one table; asked only where each of them could be read.
  Section& Check(std::string rule, std::function<void(const Entry<Owner>&, Errors&)> check) {
    return CheckAgainst(std::move(rule), [check = std::move(check)](const Entry<Owner>& entry, const Settings&,
                                                                    Errors& errors) { check(entry, errors); });
  }

  // The same for a rule that looks at the sections before this one, too.
  Section& CheckAgainst(std::string rule, std::function<void(const Entry<Owner>&, const Settings&, Errors&)> check) {
    any_.rules.push_back(std::move(rule));
    checks_.push_back([check = std::move(check)](const Entries& entries, const Settings& settings, Errors& errors) {
      for (const auto& entry : entries) {
        if (entry.whole) check(entry, settings, errors);
      }
    });
    return *this;
  }

  // No two tables may share any of these texts, which come from the value of `key`.
  Section& Unique(std::string key, std::function<std::vector<std::string>(const Owner&)> identities) {
    any_.rules.push_back("unique-" + key);
    checks_.push_back([section = any_.name, key = std::move(key), identities = std::move(identities)](
                          const Entries& entries, const Settings&, Errors& errors) {
      std::map<std::string, Position> first;
      for (const auto& entry : entries) {
        for (const std::string& identity : identities(entry.value)) {
          if (identity.empty()) continue;
          const auto [taken, fresh] = first.emplace(identity, entry.at);
          if (fresh || taken->second == entry.at) continue;
          errors.Add(entry.At(key), fmt::format("{}: \"{}\" is in the [[{}]] at line {} already", key, identity,
                                                section, taken->second.line));
        }
      }
    });
    return *this;
  }

  AnySection Build(Owner Settings::*member) const {
    AnySection any = any_;
    any.read = [self = *this, member](const Node& node, Settings& settings, Errors& errors) {
      Entries entries = self.ReadTables(node, settings.*member, settings, errors);
      if (!entries.empty()) settings.*member = std::move(entries.front().value);
    };
    any.write = [self = *this, member](const Settings& settings) { return self.Write(settings.*member); };
    return any;
  }

  AnySection Build(std::vector<Owner> Settings::*member) {
    any_.repeated = true;
    AnySection any = any_;
    any.read = [self = *this, member](const Node& node, Settings& settings, Errors& errors) {
      (settings.*member).clear();
      for (auto& entry : self.ReadTables(node, Owner{}, settings, errors))
        (settings.*member).push_back(std::move(entry.value));
    };
    any.write = [self = *this, member](const Settings& settings) {
      std::string text;
      for (const Owner& owner : settings.*member) text += self.Write(owner);
      // "none" must be said where leaving the section out would give the built-in ones
      const bool say_none = text.empty() && !(DefaultSettings().*member).empty();
      return say_none ? self.any_.name + " = []\n" : text;
    };
    return any;
  }

 private:
  struct Field {
    Key key;
    std::string kind;
    std::function<void(const Node&, Owner&, Errors&)> read;
    std::function<std::string(const Owner&)> write;
  };

  // `initial` holds what the keys that are left out say.
  Entries ReadTables(const Node& node, const Owner& initial, const Settings& settings, Errors& errors) const {
    Entries entries;
    for (const Node* table : TablesOf(any_, node, errors))
      entries.push_back(ReadTable(*table, initial, settings, errors));
    for (const auto& check : checks_) check(entries, settings, errors);
    return entries;
  }

  Entry<Owner> ReadTable(const Node& node, const Owner& initial, const Settings& settings, Errors& errors) const {
    Entry<Owner> entry{.value = initial, .at = node.at, .table = &std::get<Table>(node.value)};
    const std::size_t before = errors.size();
    for (const Field& field : fields_) ReadField(field, entry, errors);
    entry.whole = errors.size() == before;
    if (complete_) complete_(entry.value, settings);
    return entry;
  }

  void ReadField(const Field& field, Entry<Owner>& entry, Errors& errors) const {
    const Key& key = field.key;
    const Member* member = Find(*entry.table, key.name);
    if (member == nullptr) {
      if (!key.required) return;
      errors.Add(entry.at, fmt::format("{} is missing; write it like {} = {}", key.name, key.name, key.example));
    } else if (TypeName(member->node) != field.kind) {
      errors.Add(member->node.at, fmt::format("{}: {}; write it like {} = {}", key.name,
                                              WrongType(member->node, key.type), key.name, key.example));
    } else {
      Errors found;
      field.read(member->node, entry.value, found);
      errors.AddOf(key.name, found);
    }
  }

  std::string Write(const Owner& owner) const {
    std::string text = any_.Heading() + "\n";
    for (const Field& field : fields_) {
      const std::string value = field.write(owner);
      if (!value.empty()) text += fmt::format("{} = {}\n", field.key.name, value);
    }
    return text + "\n";
  }

  AnySection any_;
  std::vector<Field> fields_;
  std::function<void(Owner&, const Settings&)> complete_;
  std::vector<std::function<void(const Entries&, const Settings&, Errors&)>> checks_;
};

}  // namespace dialwatch::config
