#include "config/target_file.h"

#include <fmt/format.h>

#include <set>

#include "base/host_name.h"
#include "base/ip_address.h"
#include "base/json.h"
#include "base/printable.h"
#include "config/codec.h"

namespace dialwatch::config {
namespace {

using base::Error;
using base::Json;
using base::Result;

constexpr std::size_t kMostInLabel = 1000;  // characters, as in the config
// Octets: each host of a group has a copy of its labels, so that a file of 10 MB could ask for a terabyte.
constexpr std::size_t kMostInLabels = std::size_t{64} << 20;
constexpr std::size_t kLabelCost = 128;  // beside its text

Result<std::string> ReadHost(const Json& target) {
  if (!target.is_string()) return Error{"a target is not a string"};
  const auto& text = target.get_ref<const std::string&>();
  if (base::IpAddress::Parse(text)) return Error{fmt::format("\"{}\" is an address where a name is due", text)};
  auto host = base::NormalizeHostName(text);
  if (!host && text.find(':') != std::string::npos) {
    return Error{fmt::format("{}; take the port or scheme out", host.error().what)};
  }
  return host;
}

Result<std::map<std::string, std::string>> ReadLabels(const Json& group) {
  std::map<std::string, std::string> labels;
  const auto found = group.find("labels");
  if (found == group.end()) return labels;
  if (!found->is_object()) return Error{"labels is not an object"};
  for (const auto& [name, value] : found->items()) {
    if (name.starts_with("__")) continue;
    const std::string shown = base::Printable(name, 100);
    if (!IsLabelName(name)) {
      return Error{fmt::format("\"{}\" is not a label name: letters, digits and \"_\" only", shown)};
    }
    if (name == "dialer" || name == "host") {
      return Error{fmt::format("\"{}\" is a label that the metrics set themselves", shown)};
    }
    if (!value.is_string()) return Error{fmt::format("the label \"{}\" is not a string", shown)};
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > kMostInLabel || base::Printable(text) != text) {
      return Error{
          fmt::format("the label \"{}\" is longer than {} characters or cannot be shown", shown, kMostInLabel)};
    }
    labels.emplace(name, text);
  }
  return labels;
}

std::size_t CostOf(const std::map<std::string, std::string>& labels) {
  std::size_t cost = 0;
  for (const auto& [name, value] : labels) cost += name.size() + value.size() + kLabelCost;
  return cost;
}

base::Status ReadGroup(const Json& group, std::vector<FoundHost>& hosts, std::size_t& room) {
  if (!group.is_object()) return Error{"it is not an object"};
  const auto targets = group.find("targets");
  if (targets == group.end() || !targets->is_array()) return Error{"it has no list \"targets\""};
  const auto labels = ReadLabels(group);
  if (!labels) return labels.error();
  const std::size_t cost = CostOf(*labels);
  for (const Json& target : *targets) {
    if (cost > room) {
      return Error{fmt::format("the labels of all hosts together take more than {} MiB", kMostInLabels >> 20)};
    }
    room -= cost;
    auto host = ReadHost(target);
    if (!host) return host.error();
    hosts.push_back({std::move(*host), *labels});
  }
  return {};
}

}  // namespace

Result<std::vector<FoundHost>> ParseTargets(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Error{"is not JSON"};
  if (!json.is_array()) return Error{R"(is not a list like [{"targets": ["d1.example.com"]}])"};
  std::vector<FoundHost> hosts;
  std::size_t room = kMostInLabels;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (const auto read = ReadGroup(json[i], hosts, room); !read) {
      return Error{fmt::format("entry {}: {}", i + 1, read.error().what)};
    }
  }
  return hosts;
}

Settings WithFound(Settings settings, const std::vector<FoundHost>& hosts) {
  std::set<std::string> taken;
  for (const Dialer& dialer : settings.dialers) taken.insert({dialer.host, dialer.name});
  for (const FoundHost& found : hosts) {
    if (!taken.insert(found.host).second) continue;
    settings.dialers.push_back(AdHocDialer(found.host, settings));
    settings.dialers.back().labels = found.labels;
  }
  return settings;
}

}  // namespace dialwatch::config
