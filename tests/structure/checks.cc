#include "tests/structure/checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <regex>
#include <set>
#include <string_view>

namespace dialwatch::structure {
namespace {

constexpr int kMaxLines = 400;

// What a folder may include besides itself: all that is below it.
const std::map<std::string, std::set<std::string>, std::less<>> kBelow{
    {"base", {}},
    {"config", {"base"}},
    {"state", {"base"}},
    {"probes", {"base", "config"}},
    {"reflector", {"base", "config", "probes"}},
    {"diagnosis", {"base", "config", "probes"}},
    {"exporter", {"base", "config", "probes", "diagnosis", "state"}},
    {"alerting", {"base", "config", "probes", "diagnosis", "state"}},
    {"daemon", {"base", "config", "probes", "diagnosis", "exporter", "alerting", "state", "reflector"}},
};

// The folders that may include a header, by the header's first characters. None: not in the product at all.
// A header in a folder of its own that stands in neither this table nor kSystem is a new dependency: add it here, and
// its reason to docs/architecture.md.
const std::map<std::string, std::vector<std::string_view>, std::less<>> kThirdParty{
    {"ares", {"probes/dns"}},
    {"stun/", {"probes/stun"}},
    {"uv.h", {"probes"}},
    {"toml++/", {"config"}},
    {"nlohmann/", {"base"}},
    {"spdlog/", {"base"}},
    {"prometheus/", {"exporter"}},
    {"microhttpd.h", {"exporter"}},
    {"curl/", {"alerting", "probes/dns", "probes/policy"}},
    {"sqlite3.h", {"state"}},
    {"CLI/", {"daemon"}},
    {"openssl/", {"probes/dns", "probes/sip", "probes/train", "probes/turn"}},
    {"doctest/", {}},
    {"ldns/", {}},
};
constexpr std::string_view kSystem[] = {"fmt/", "arpa/", "linux/", "net/", "netinet/", "sys/"};

bool IsSource(std::string_view path) {
  return path.ends_with(".h") || path.ends_with(".cc");
}

bool IsProduct(std::string_view path) {
  return IsSource(path) && !path.starts_with("tests/") && !path.starts_with("bench/");
}

std::string_view TopFolder(std::string_view path) {
  return path.substr(0, path.find('/'));
}

bool IsWithin(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

using LineVisitor = std::function<void(const std::string& where, std::string_view line)>;

void ForEachLine(const std::string& path, std::string_view text, const LineVisitor& visit) {
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    visit(fmt::format("{}:{}", path, number), text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

using IncludeVisitor =
    std::function<void(const std::string& path, const std::string& where, std::string_view header, bool quoted)>;

void ForEachInclude(const Tree& tree, const IncludeVisitor& visit) {
  for (const auto& [path, text] : tree) {
    if (!IsProduct(path)) continue;
    ForEachLine(path, text, [&, &path = path](const std::string& where, std::string_view line) {
      const auto skip = [&](std::string_view what) {
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        if (!line.starts_with(what)) return false;
        line.remove_prefix(what.size());
        return true;
      };
      if (!skip("#") || !skip("include")) return;
      const bool quoted = skip("\"");
      if (!quoted && !skip("<")) return;
      visit(path, where, line.substr(0, line.find_first_of("\">")), quoted);
    });
  }
}

std::string Wrong(const std::string& where, std::string_view what) {
  return fmt::format("{}: {}", where, what);
}

}  // namespace

std::vector<std::string> CheckIncludeDirection(const Tree& tree) {
  std::vector<std::string> wrong;
  for (const auto& [path, text] : tree) {
    if (IsProduct(path) && !kBelow.contains(TopFolder(path))) {
      wrong.push_back(Wrong(path + ":1", "its folder has no place in the order of includes; give it one"));
    }
  }
  ForEachInclude(tree, [&](const std::string& path, const std::string& where, std::string_view header, bool quoted) {
    const auto from = kBelow.find(TopFolder(path));
    const std::string_view to = TopFolder(header);
    if (from == kBelow.end() || (!quoted && !kBelow.contains(to))) return;
    const std::string target(header);
    const bool exists = tree.contains(target) || tree.contains(target + ".in");  // CMake makes it of its template
    if (!quoted || !exists) {
      wrong.push_back(Wrong(where, fmt::format("include \"{}\" in quotes, by its path from the root", header)));
    } else if (to != from->first && !from->second.contains(std::string(to))) {
      wrong.push_back(Wrong(where, fmt::format("{} may not include {}: includes point down only", from->first, to)));
    } else if (header == "base/json.h" && path.ends_with(".h")) {
      wrong.push_back(Wrong(where, "base/json.h is for .cc files; include base/json_fwd.h"));
    }
  });
  return wrong;
}

std::vector<std::string> CheckThirdPartyHeaders(const Tree& tree) {
  std::vector<std::string> wrong;
  ForEachInclude(tree, [&](const std::string& path, const std::string& where, std::string_view header, bool quoted) {
    const auto matches = [&](std::string_view prefix) { return header.starts_with(prefix); };
    const auto known =
        std::find_if(kThirdParty.begin(), kThirdParty.end(), [&](const auto& e) { return matches(e.first); });
    if (known != kThirdParty.end()) {
      const auto& owners = known->second;
      if (owners.empty()) {
        wrong.push_back(Wrong(where, fmt::format("<{}> has no place in the product", header)));
      } else if (std::none_of(owners.begin(), owners.end(), [&](auto owner) { return IsWithin(path, owner); })) {
        wrong.push_back(Wrong(where, fmt::format("<{}> stays within {}", header, fmt::join(owners, " and "))));
      }
    } else if (!quoted && header.find('/') != std::string_view::npos &&
               !std::any_of(std::begin(kSystem), std::end(kSystem), matches)) {
      wrong.push_back(Wrong(where, fmt::format("<{}> is in no table of third-party headers; add it", header)));
    }
  });
  return wrong;
}

std::vector<std::string> CheckLength(const Tree& tree) {
  std::vector<std::string> wrong;
  for (const auto& [path, text] : tree) {
    const auto lines = std::count(text.begin(), text.end(), '\n');
    if (IsSource(path) && lines > kMaxLines) {
      wrong.push_back(Wrong(fmt::format("{}:{}", path, lines), fmt::format("over {} lines; split it", kMaxLines)));
    }
  }
  return wrong;
}

std::vector<std::string> CheckHeaderGuards(const Tree& tree) {
  std::vector<std::string> wrong;
  for (const auto& [path, text] : tree) {
    const bool guarded = text.starts_with("#pragma once\n") || text.find("\n#pragma once\n") != std::string::npos;
    if (path.ends_with(".h") && !guarded) wrong.push_back(Wrong(path + ":1", "a header needs #pragma once"));
  }
  return wrong;
}

std::vector<std::string> CheckNamedFiles(const Tree& tree) {
  static const std::regex kName(
      R"((?:base|config|state|probes|reflector|diagnosis|exporter|alerting|daemon)/[a-z0-9_/]+\.(?:h|cc)\b)");
  std::vector<std::string> wrong;
  for (const auto& [path, text] : tree) {
    if (!IsProduct(path) && !path.ends_with(".md")) continue;
    ForEachLine(path, text, [&, &path = path](const std::string& where, std::string_view line) {
      if (IsSource(path)) line.remove_prefix(std::min(line.find("//"), line.size()));
      for (auto name = std::cregex_iterator(line.begin(), line.end(), kName); name != std::cregex_iterator(); ++name) {
        if (!tree.contains(name->str()))
          wrong.push_back(Wrong(where, name->str() + " does not exist; where is it now?"));
      }
    });
  }
  return wrong;
}

std::vector<std::string> CheckMachinePaths(const Tree& tree) {
  // In two parts each, so that this file does not name them itself.
  const std::string needles[] = {std::string("/wo") + "rk/", std::string("/ro") + "ot/", std::string("../sh") + "ared"};
  std::vector<std::string> wrong;
  for (const auto& [path, text] : tree) {
    ForEachLine(path, text, [&](const std::string& where, std::string_view line) {
      for (const std::string& needle : needles) {
        if (line.find(needle) == std::string_view::npos) continue;
        wrong.push_back(Wrong(where, fmt::format("\"{}\" is a path of one machine", needle)));
      }
    });
  }
  return wrong;
}

}  // namespace dialwatch::structure
