#include "config/sections.h"
#include "config/stun_uri.h"

namespace dialwatch::config {

std::vector<AnySection> StunSections() {
  const auto uri =
      FromText<StunUri>("URI", "stun:host[:port], port 3478 unless it has one", ParseStunUri, FormatStunUri);
  const auto get = [](const Stun& stun) { return StunUri{stun.host, stun.port}; };
  const auto set = [](Stun& stun, StunUri value) {
    stun.host = std::move(value.host);
    stun.port = value.port;
  };
  return {
      Section<Stun>(
          "stun",
          "A STUN server to ask for our own address. Left out altogether: stun.telnyx.com; stun = [] asks none.")
          .Add({"name", "What messages and metrics call it.", R"("telnyx")", "the host"}, &Stun::name, Text())
          .Add({.name = "uri", .help = "Where it is.", .example = R"("stun:stun.telnyx.com:3478")", .required = true},
               uri, get, set)
          .Complete([](Stun& stun, const Settings&) {
            if (stun.name.empty()) stun.name = stun.host;
          })
          .Unique("name", [](const Stun& stun) { return std::vector{stun.name}; })
          .Unique("uri",
                  [](const Stun& stun) {
                    return std::vector{stun.host.empty() ? "" : FormatStunUri({stun.host, stun.port})};
                  })
          .Build(&Settings::stun_servers)};
}

}  // namespace dialwatch::config
