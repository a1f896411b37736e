#include <fmt/format.h>

#include "config/ice_uri.h"
#include "config/sections.h"

namespace dialwatch::config {
namespace {

base::Result<IceUri> ParseStunUri(std::string_view text) {
  auto uri = ParseIceUri(text);
  if (uri && uri->relay) return base::Error{fmt::format("\"{}\" is a relay: its place is [[turn]]", text)};
  return uri;
}

}  // namespace

std::vector<AnySection> StunSections() {
  const auto uri = FromText<IceUri>("URI", "stun:host[:port], or stuns: for TLS; TCP with ?transport=tcp", ParseStunUri,
                                    FormatIceUri);
  return {
      Section<Stun>(
          "stun",
          "A STUN server to ask for our own address. Left out altogether: stun.telnyx.com; stun = [] asks none.")
          .Add({"name", "What messages and metrics call it.", R"("telnyx")", "the host"}, &Stun::name, Text())
          .Add({.name = "uri",
                .help =
                    "Where it is. Without a port SRV records say; where there are none, 3478 counts, 5349 for stuns:.",
                .example = R"("stun:stun.telnyx.com:3478")",
                .required = true},
               &Stun::uri, uri)
          .Complete([](Stun& stun, const Settings&) {
            if (stun.name.empty()) stun.name = stun.uri.host;
          })
          .Unique("name", [](const Stun& stun) { return std::vector{stun.name}; })
          .Unique("uri", [](const Stun& stun) { return std::vector{stun.uri.ServerText()}; })
          .Build(&Settings::stun_servers)};
}

}  // namespace dialwatch::config
