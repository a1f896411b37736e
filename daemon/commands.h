#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"
#include "daemon/reports/terminal.h"

// One function a subcommand, each in the file of its name; all return the exit code of docs/api.md.
namespace dialwatch::daemon {

struct RunOptions {
  std::string config;
  std::string record;  // empty: nothing is recorded
};
int Run(const RunOptions& options);

struct CheckOptions {
  std::string config;
  std::vector<std::string> hosts;  // empty: all configured dialers
  bool json = false;
  config::Severity fail_on = config::Severity::kWarning;
  ColourChoice colour = ColourChoice::kAuto;
};
int Check(const CheckOptions& options);

struct ProbeOptions {
  std::string config;
  std::string target;  // a host, the name of a dialer, a STUN server or a relay, or a URI of one
  bool json = false;
  int count = 1;
  ColourChoice colour = ColourChoice::kAuto;
};
int Probe(const ProbeOptions& options);

struct ReplayOptions {
  std::string config;  // empty: the recording's own settings
  std::string recording;
  bool json = false;
  ColourChoice colour = ColourChoice::kAuto;
};
int Replay(const ReplayOptions& options);

struct CheckConfigOptions {
  std::string config;
  bool dump = false;
};
int CheckConfig(const CheckConfigOptions& options);

inline constexpr std::uint16_t kReflectorPort = 9000;
struct ReflectorCommandOptions {
  std::string listen = fmt::format("[::]:{}", kReflectorPort);
  std::string key_file;
  std::string dialer;
};
int Reflect(const ReflectorCommandOptions& options);

}  // namespace dialwatch::daemon
