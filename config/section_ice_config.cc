#include <fmt/format.h>

#include "base/names.h"
#include "config/sections.h"

namespace dialwatch::config {
namespace {

using Kind = IceConfig::Kind;

// A URL is checked as one; a path is anything else, since whether it can be read is seen when it is read.
void CheckLocationOfKind(const Entry<IceConfig>& entry, Errors& errors) {
  const auto& [kind, location] = entry.value;
  const bool is_url = location.find("://") != std::string::npos;
  if (kind == Kind::kUrl) {
    Errors found;
    HttpUrl().read(Find(*entry.table, "location")->node, found);
    errors.AddOf("location", found);
  } else if (is_url) {
    errors.Add(entry.At("location"),
               fmt::format("location: kind = \"{}\" takes a path; for a URL write kind = \"url\"", base::NameOf(kind)));
  }
}

// As messages and metrics show it, since a query may hold a password.
std::string WithoutQuery(const IceConfig& config) {
  return config.kind == Kind::kUrl ? config.location.substr(0, config.location.find_first_of("?#")) : config.location;
}

}  // namespace

std::vector<AnySection> IceConfigSections() {
  return {
      Section<IceConfig>("ice_config",
                         "Where clients or dialers are told which STUN and TURN servers to use: read at the start and "
                         "every ten minutes, and held against policy.allowed_stun. Credentials in it are not kept.")
          .Add({.name = "kind",
                .help = "\"url\": a webphone's page, with the scripts of its own origin, or one script. \"file\": any "
                        "text, such as a settings export. \"asterisk\": the folder with rtp.conf, "
                        "res_stun_monitor.conf, pjsip.conf and sip.conf, or one such file.",
                .example = R"("url")",
                .required = true},
               &IceConfig::kind, OneOf<IceConfig::Kind>())
          .Add({.name = "location",
                .help = "The URL, or the path of the file or folder. A relative path begins beside the config.",
                .example = R"("https://phone.example.com/")",
                .required = true},
               &IceConfig::location, Text())
          .Check("location-of-kind", CheckLocationOfKind)
          .Unique("location", [](const IceConfig& config) { return std::vector{WithoutQuery(config)}; })
          .Build(&Settings::ice_configs)};
}

}  // namespace dialwatch::config
