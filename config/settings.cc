#include "config/settings.h"

#include <algorithm>
#include <cstdlib>

#include "base/host_name.h"

namespace dialwatch::config {
namespace {

Resolver PublicResolver(const std::string& name, std::initializer_list<std::string_view> addresses) {
  Resolver resolver{.name = name, .operator_name = name, .addresses = {}};
  for (const std::string_view address : addresses) resolver.addresses.push_back(*Endpoint::Parse(address, kDnsPort));
  return resolver;
}

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Settings DefaultSettings() {
  Settings settings;
  settings.state.path = DefaultStatePath();
  settings.resolvers = {PublicResolver("quad9", {"9.9.9.9", "149.112.112.112"}),
                        PublicResolver("cloudflare", {"1.1.1.1", "1.0.0.1"}),
                        PublicResolver("google", {"8.8.8.8", "8.8.4.4"})};
  settings.stun_servers = {{.name = "telnyx", .uri = {.host = "stun.telnyx.com"}}};
  return settings;
}

std::string DefaultStatePath() {
  if (const std::string systemd = Environment("STATE_DIRECTORY"); !systemd.empty()) {
    return systemd.substr(0, systemd.find(':')) + "/dialwatch.db";
  }
  if (const std::string xdg = Environment("XDG_STATE_HOME"); xdg.starts_with('/'))
    return xdg + "/dialwatch/dialwatch.db";
  if (const std::string home = Environment("HOME"); !home.empty()) return home + "/.local/state/dialwatch/dialwatch.db";
  return "";
}

Dialer AdHocDialer(const std::string& host, const Settings& settings) {
  const auto normalized = base::NormalizeHostName(host);
  const std::string& name = normalized ? *normalized : host;
  return {.name = name, .host = name, .expect = {}, .ttl_max = settings.policy.ttl_max, .labels = {}};
}

const Call* FindCall(const Settings& settings, const std::string& dialer) {
  const auto found = std::ranges::find(settings.calls, dialer, &Call::dialer);
  return found == settings.calls.end() ? nullptr : &*found;
}

const std::string& OperatorOf(const Settings& settings, const std::string& resolver) {
  const auto found = std::ranges::find(settings.resolvers, resolver, &Resolver::name);
  return found == settings.resolvers.end() ? resolver : found->operator_name;
}

const Authority* FindAuthority(const Settings& settings, const std::string& host) {
  const Authority* nearest = nullptr;
  for (const Authority& authority : settings.authorities) {
    if (!base::IsWithinZone(host, authority.zone)) continue;
    if (nearest == nullptr || authority.zone.size() > nearest->zone.size()) nearest = &authority;
  }
  return nearest;
}

}  // namespace dialwatch::config
