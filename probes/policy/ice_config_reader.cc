#include "probes/policy/ice_config_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/time.h"
#include "config/regular_file.h"
#include "probes/policy/web_page.h"

namespace dialwatch::probes {
namespace {

namespace fs = std::filesystem;
using config::IceConfig;

constexpr std::size_t kMostFile = std::size_t{4} << 20;  // octets
constexpr std::size_t kMostConfFiles = 64;               // of one folder
constexpr std::size_t kMostScripts = 16;                 // of one page
constexpr std::size_t kMostSources = 256;                // likewise, with those of other origins
constexpr std::size_t kMostServers = 1024;               // of one location
constexpr std::size_t kErrorsShown = 3;

// Where Asterisk has stunaddr and turnaddr; with what FreePBX, VICIdial and others have them include:
// rtp_custom.conf, sip-vicidial.conf.
constexpr std::array<std::string_view, 4> kConfNames{"rtp", "res_stun_monitor", "pjsip", "sip"};

// What has been read of one location.
class Gathering {
 public:
  void Add(const std::string& file, const std::string& text, Syntax syntax) {
    if (const std::size_t zero = text.find('\0'); zero != std::string::npos) {
      return Fail(file, fmt::format("is no UTF-8 text: octet {} is zero", zero + 1));
    }
    read_ = true;
    IceServers servers = ExtractIceServers(text, syntax);
    if (servers.cut) Fail(file, fmt::format("names more than {} servers", IceServers::kMost));
    for (IceServer& server : servers.found) {
      if (servers_.size() == kMostServers)
        return Fail(file, fmt::format("the files name more than {} servers", kMostServers));
      servers_.push_back({file, std::move(server)});
    }
  }

  void Fail(const std::string& file, const std::string& why) { errors_.push_back(fmt::format("{}: {}", file, why)); }

  IceConfigSample Take(const IceConfig& config) {
    IceConfigSample sample;
    sample.kind = config.kind;
    sample.location = config.location;
    sample.at = base::WallClockNow();
    sample.servers = std::move(servers_);
    sample.outcome = errors_.empty() ? IceConfigOutcome::kRead
                     : read_         ? IceConfigOutcome::kIncomplete
                                     : IceConfigOutcome::kUnreadable;
    const std::size_t shown = std::min(errors_.size(), kErrorsShown);
    sample.error =
        fmt::format("{}", fmt::join(errors_.begin(), errors_.begin() + static_cast<std::ptrdiff_t>(shown), "; "));
    if (shown < errors_.size()) sample.error += fmt::format("; and {} more", errors_.size() - shown);
    return sample;
  }

 private:
  bool read_ = false;
  std::vector<IceServerInFile> servers_;
  std::vector<std::string> errors_;
};

Syntax SyntaxOf(const fs::path& path) {
  constexpr std::array<std::string_view, 8> kScripts{".html", ".htm", ".js", ".mjs", ".jsx", ".ts", ".tsx", ".php"};
  const std::string extension = path.extension();
  if (extension == ".conf") return Syntax::kConf;
  return std::ranges::find(kScripts, extension) == kScripts.end() ? Syntax::kText : Syntax::kScript;
}

void ReadFile(const fs::path& path, Syntax syntax, Gathering& gathering) {
  if (const auto text = config::ReadRegularFile(path, kMostFile)) {
    gathering.Add(path, *text, syntax);
  } else {
    gathering.Fail(path, text.error().what);
  }
}

void ReadFolder(const fs::path& folder, const std::stop_token& stop, Gathering& gathering) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename();
    const bool wanted =
        std::ranges::any_of(kConfNames, [&](std::string_view start) { return name.starts_with(start); });
    if (wanted && name.ends_with(".conf") && paths.size() <= kMostConfFiles) paths.push_back(entry->path());
  }
  if (error)
    return gathering.Fail(folder, error.message() + "; the user that dialwatch runs as must be able to read it");
  if (paths.empty())
    return gathering.Fail(folder, "there is no rtp.conf, res_stun_monitor.conf, pjsip.conf or sip.conf in it");
  std::ranges::sort(paths);
  if (paths.size() > kMostConfFiles) {
    gathering.Fail(folder, fmt::format("more than {} files in it are Asterisk's", kMostConfFiles));
    paths.pop_back();
  }
  for (const fs::path& path : paths) {
    if (stop.stop_requested()) return gathering.Fail(path, "was not read, since dialwatch stops");
    ReadFile(path, Syntax::kConf, gathering);
  }
}

bool Has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

void ReadUrl(const std::string& url, const std::stop_token& stop, Gathering& gathering) {
  WebReader reader(stop);
  const auto page = reader.Get(url);
  if (!page) return gathering.Fail(ShownLocation(url), page.error().what);
  const bool html = Has(page->type, "html") || (page->type.empty() && page->body.starts_with('<'));
  const bool script = html || Has(page->type, "script") || ShownLocation(page->url).ends_with(".js");
  gathering.Add(ShownLocation(page->url), page->body, script ? Syntax::kScript : Syntax::kText);
  if (!html) return;
  std::vector<std::string> read;
  for (const std::string& source : ScriptSources(WithoutComments(page->body, Syntax::kScript), kMostSources)) {
    const auto address = ResolveSameOrigin(page->url, source);
    if (!address || std::ranges::find(read, *address) != read.end()) continue;
    if (read.size() == kMostScripts) {
      return gathering.Fail(ShownLocation(page->url), fmt::format("loads more than {} scripts", kMostScripts));
    }
    read.push_back(*address);
    if (const auto loaded = reader.Get(*address)) {
      gathering.Add(ShownLocation(*address), loaded->body, Syntax::kScript);
    } else {
      gathering.Fail(ShownLocation(*address), loaded.error().what);
    }
  }
}

}  // namespace

IceConfigSample ReadIceConfig(const IceConfig& config, const std::string& folder, const std::stop_token& stop) {
  Gathering gathering;
  if (config.kind == IceConfig::Kind::kUrl) {
    ReadUrl(config.location, stop, gathering);
  } else {
    const fs::path path = fs::path(folder) / config.location;
    std::error_code error;
    if (config.kind == IceConfig::Kind::kFile) {
      ReadFile(path, SyntaxOf(path), gathering);
    } else if (fs::is_directory(path, error)) {
      ReadFolder(path, stop, gathering);
    } else {
      ReadFile(path, Syntax::kConf, gathering);
    }
  }
  return gathering.Take(config);
}

}  // namespace dialwatch::probes
