#include "probes/policy/ice_servers.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "probes/policy/own_resolvers.h"
#include "probes/policy/web_page.h"

namespace {

using namespace dialwatch::probes;

void Require(bool holds) {
  if (!holds) std::abort();
}

void Check(const std::string& text, Syntax syntax) {
  const std::string kept = WithoutComments(text, syntax);
  Require(kept.size() == text.size());
  Require(std::ranges::count(kept, '\n') == std::ranges::count(text, '\n'));
  const IceServers servers = ExtractIceServers(text, syntax);
  Require(servers.found.size() <= IceServers::kMost);
  std::size_t line = 1;
  for (const IceServer& server : servers.found) {
    Require(server.line >= line && server.column >= 1 && server.times >= 1);
    line = server.line;
    Require(server.uri.has_value() == server.error.empty());
    Require(!server.uri || !server.uri->host.empty());
    Require(server.text.find('@') == std::string::npos && server.text.size() <= 320);
  }
  Require(line <= 1 + static_cast<std::size_t>(std::ranges::count(text, '\n')));
}

}  // namespace

// Reads the octets as each kind of file that servers are looked for in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const Syntax syntax : {Syntax::kText, Syntax::kScript, Syntax::kConf}) Check(text, syntax);
  for (const std::string& source : ScriptSources(text, 4)) ResolveSameOrigin("https://phone.example.com/a/", source);
  for (const auto& each : ParseResolvConf(text, "f")) Require(!each.where.empty());
  for (const auto& each : ParseResolvectl(text)) Require(!each.where.empty());
  return 0;
}
