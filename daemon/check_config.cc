#include <fmt/format.h>

#include <cstdio>

#include "config/load.h"
#include "daemon/commands.h"
#include "daemon/load.h"

namespace dialwatch::daemon {

int CheckConfig(const CheckConfigOptions& options) {
  const auto settings = LoadOrComplain(options.config);
  if (!settings) return kExitUsage;
  if (options.dump) {
    fmt::print("{}", config::DumpSettings(*settings));
  } else {
    fmt::print("{}: ok: {} dialers, {} resolvers, {} STUN servers, {} receivers\n",
               settings->source.empty() ? "built-in defaults" : settings->source, settings->dialers.size(),
               settings->resolvers.size(), settings->stun_servers.size(), settings->receivers.size());
  }
  return kExitClean;
}

}  // namespace dialwatch::daemon
