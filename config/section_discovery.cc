#include "base/host_name.h"
#include "config/pattern.h"
#include "config/sections.h"

namespace dialwatch::config {
namespace {

using Kind = Discovery::Kind;

Codec<std::string> FilePattern() {
  const auto parse = [](const std::string& text) -> base::Result<std::string> {
    if (text.empty() || text.ends_with('/')) return base::Error{"it names no file"};
    if (text.substr(0, text.rfind('/') + 1).find('*') != std::string::npos) {
      return base::Error{"* may stand in the last part only"};
    }
    return text;
  };
  Codec<std::string> codec = FromText<std::string>("path", "* stands for any characters in its last part", parse,
                                                   [](const std::string& text) { return text; });
  codec.write = [](const std::string& text) { return text.empty() ? "" : Quote(text); };
  return codec;
}

Codec<std::string> HostPattern() {
  return FromText<std::string>("pattern of host names", "* stands for any characters", NormalizeHostPattern,
                               [](const std::string& text) { return text; });
}

Codec<std::optional<Endpoint>> ZoneServer() {
  const Codec<Endpoint> inner = ServerAddress(kDnsPort);
  using Optional = std::optional<Endpoint>;
  const auto read = [=](const Node& node, Errors& errors) -> std::optional<Optional> {
    if (auto server = inner.read(node, errors)) return Optional(*server);
    return std::nullopt;
  };
  const auto write = [=](const Optional& server) { return server ? inner.write(*server) : ""; };
  return {inner.kind, inner.type, inner.range, read, write};
}

// Each kind has keys of its own: all of them must be there, and none of the other's.
void CheckKeysOfKind(const Entry<Discovery>& entry, Errors& errors) {
  const bool file = entry.value.kind == Kind::kFile;
  const auto check = [&](const char* key, bool due, const char* example) {
    const bool there = Find(*entry.table, key) != nullptr;
    if (there == due) return;
    errors.Add(entry.At(key), due ? fmt::format("{} is missing, which kind = \"{}\" needs; write it like {} = {}", key,
                                                base::NameOf(entry.value.kind), key, example)
                                  : fmt::format("{}: kind = \"{}\" has no such key; take it out", key,
                                                base::NameOf(entry.value.kind)));
  };
  check("path", file, R"("targets/*.json")");
  check("server", !file, R"("192.0.2.53")");
  check("zone", !file, R"("example.com")");
}

}  // namespace

std::vector<AnySection> DiscoverySections() {
  return {
      Section<Discovery>("discovery",
                         "Where dialers come from besides [[dialer]], which wins where both name a host. Each has "
                         "the limits of [policy].")
          .Add({.name = "kind",
                .help = "A file as Prometheus' file_sd has it, or the transfer of a zone (RFC 5936).",
                .example = R"("file")",
                .required = true},
               &Discovery::kind, OneOf<Kind>())
          .Add({"path",
                "For \"file\": JSON like [{\"targets\": [\"d1.example.com\"], \"labels\": {\"account\": \"acme\"}}], "
                "read again when it changes. A relative path begins beside the config.",
                R"("targets/*.json")", "none"},
               &Discovery::path, FilePattern())
          .Add({"server", "For \"axfr\": the server that gives the zone to us.", R"("192.0.2.53")", "none"},
               &Discovery::server, ZoneServer())
          .Add({"zone", "For \"axfr\": its names with A, AAAA or CNAME records are dialers.", R"("example.com")",
                "none"},
               &Discovery::zone, HostName())
          .Add({"match", "Only the hosts of this pattern.", R"("dialer*.example.com")"}, &Discovery::match,
               HostPattern())
          .Check("keys-of-kind", CheckKeysOfKind)
          .Build(&Settings::discoveries)};
}

}  // namespace dialwatch::config
