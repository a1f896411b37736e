#include <fmt/format.h>

#include <cstdio>

#include "base/count.h"
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
    const std::size_t sources = settings->discoveries.size();
    fmt::print("{}: ok: {}{}, {}, {}, {}\n", settings->source.empty() ? "built-in defaults" : settings->source,
               base::Count(settings->dialers.size(), "dialer"),
               sources == 0 ? "" : fmt::format(" and what {} will tell", base::Count(sources, "source")),
               base::Count(settings->resolvers.size(), "resolver"),
               base::Count(settings->stun_servers.size(), "STUN server"),
               base::Count(settings->receivers.size(), "receiver"));
  }
  return kExitClean;
}

}  // namespace dialwatch::daemon
