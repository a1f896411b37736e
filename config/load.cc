#include "config/load.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "config/sections.h"

namespace dialwatch::config {
namespace {

const AnySection* FindSection(std::string_view name) {
  const auto found = std::ranges::find(Sections(), name, &AnySection::name);
  return found == Sections().end() ? nullptr : &*found;
}

std::vector<std::string> NamesOf(const std::vector<Key>& keys) {
  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const Key& key : keys) names.push_back(key.name);
  return names;
}

// "; it is a key of [policy], [[dialer]]", or "".
std::string WhereKeyBelongs(std::string_view key) {
  std::vector<std::string> homes;
  for (const AnySection& section : Sections()) {
    if (std::ranges::find(section.keys, key, &Key::name) != section.keys.end()) homes.push_back(section.Heading());
  }
  return homes.empty() ? "" : fmt::format("; it is a key of {}", fmt::join(homes, ", "));
}

void CheckKeys(const AnySection& section, const Node& node, Errors& errors) {
  if (const auto* array = std::get_if<Array>(&node.value)) {
    for (const Node& element : *array) CheckKeys(section, element, errors);
  }
  const auto* table = std::get_if<Table>(&node.value);
  if (table == nullptr) return;
  for (const Member& member : *table) {
    if (std::ranges::find(section.keys, member.key, &Key::name) != section.keys.end()) continue;
    if (const auto refused = section.refused.find(member.key); refused != section.refused.end()) {
      errors.Add(member.at, refused->second);
      continue;
    }
    std::string hint = DidYouMean(member.key, NamesOf(section.keys));
    if (hint.empty()) hint = WhereKeyBelongs(member.key);
    if (hint.empty()) hint = fmt::format("; {} knows {}", section.Heading(), fmt::join(NamesOf(section.keys), ", "));
    errors.Add(member.at, fmt::format("unknown key \"{}\"{}", base::Printable(member.key, 100), hint));
  }
}

void RefuseSection(const Member& member, Errors& errors) {
  std::vector<std::string> names;
  for (const AnySection& section : Sections()) names.push_back(section.name);
  std::string hint = DidYouMean(member.key, names);
  if (hint.empty()) hint = WhereKeyBelongs(member.key);
  if (hint.empty()) hint = fmt::format("; there are {}", fmt::join(names, ", "));
  errors.Add(member.at, fmt::format("unknown section \"{}\"{}", base::Printable(member.key, 100), hint));
}

Settings ReadSettings(const Table& root, Errors& errors) {
  for (const Member& member : root) {
    if (const AnySection* section = FindSection(member.key)) {
      CheckKeys(*section, member.node, errors);
    } else {
      RefuseSection(member, errors);
    }
  }
  Settings settings = DefaultSettings();
  for (const AnySection& section : Sections()) {
    if (const Member* member = Find(root, section.name)) section.read(member->node, settings, errors);
  }
  return settings;
}

}  // namespace

std::string ConfigError::ToString() const {
  if (line == 0) return fmt::format("{}: error: {}", file, message);
  return fmt::format("{}:{}:{}: error: {}", file, line, column, message);
}

LoadedConfig ParseConfig(std::string_view text, const std::string& name) {
  LoadedConfig loaded;
  Errors errors;
  if (const auto root = ParseDocument(text, errors))
    loaded.settings = ReadSettings(std::get<Table>(root->value), errors);
  for (Mistake& mistake : errors.Sorted()) {
    loaded.errors.push_back({name, mistake.at.line, mistake.at.column, std::move(mistake.message)});
  }
  if (!errors.empty()) loaded.settings.reset();
  if (loaded.settings) loaded.settings->source = name;
  return loaded;
}

std::string DumpSettings(const Settings& settings) {
  std::string absent;  // "stun = []" belongs to the root, so it stands before the first heading
  std::string tables;
  for (const AnySection& section : Sections()) {
    const std::string text = section.write(settings);
    (text.starts_with('[') ? tables : absent) += text;
  }
  return absent.empty() ? tables : fmt::format("{}\n{}", absent, tables);
}

}  // namespace dialwatch::config
