#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>
#include <map>

#include "daemon/commands.h"
#include "daemon/load.h"
#include "daemon/version.h"

namespace {

using namespace dialwatch::daemon;
using dialwatch::config::Severity;

const std::map<std::string, ColourChoice> kColours{
    {"auto", ColourChoice::kAuto}, {"always", ColourChoice::kAlways}, {"never", ColourChoice::kNever}};
const std::map<std::string, Severity> kSeverities{
    {"info", Severity::kInfo}, {"warning", Severity::kWarning}, {"critical", Severity::kCritical}};
const std::map<std::string, bool> kFormats{{"text", false}, {"json", true}};

// Each of these adds one subcommand; what it fills and runs lives as long as the program.

template <typename Options>
CLI::App* AddCommand(CLI::App& app, const char* name, const char* help, Options& options,
                     int (*command)(const Options&), std::function<int()>& chosen) {
  CLI::App* sub = app.add_subcommand(name, help);
  sub->add_option("-c,--config", options.config, "TOML file; default /etc/dialwatch/dialwatch.toml, else built-in")
      ->option_text("FILE");
  sub->callback([&options, command, &chosen] { chosen = [&options, command] { return command(options); }; });
  return sub;
}

template <typename Options>
void AddColour(CLI::App* sub, Options& options) {
  sub->add_option("--color,--colour", options.colour, "auto, always or never")
      ->transform(CLI::CheckedTransformer(kColours))
      ->option_text("WHEN");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): a reader that went away is an error of the write
  CLI::App app{
      "dialwatch tells a call centre within a minute that its WebRTC dialers cannot be heard, from where, and why."};
  app.set_version_flag("--version", std::string("dialwatch ") + kVersion);
  app.require_subcommand(1);
  app.footer("Exit: 0 clean, 1 findings at or above --fail-on, 2 usage or config error, 3 could not evaluate.");
  std::function<int()> chosen;

  RunOptions run;
  CLI::App* sub = AddCommand(app, "run", "the daemon: probe, judge, serve metrics, alert", run, Run, chosen);
  sub->add_option("--record", run.record, "append every sample to this file, for `replay`")->option_text("FILE.ndjson");

  CheckOptions check;
  sub = AddCommand(app, "check", "look once at all dialers, or at HOSTs; for CI and for people", check, Check, chosen);
  sub->add_option("HOST", check.hosts, "host names or dialer names; default: every dialer of the config");
  sub->add_option("--format", check.json, "text or json")
      ->transform(CLI::CheckedTransformer(kFormats))
      ->option_text("FORMAT");
  sub->add_option("--fail-on", check.fail_on, "lowest severity that makes the exit code 1: info, warning or critical")
      ->transform(CLI::CheckedTransformer(kSeverities))
      ->option_text("SEVERITY");
  AddColour(sub, check);

  ProbeOptions probe;
  sub = AddCommand(app, "probe",
                   "what every vantage point says of one name, a STUN server of us, or how far a relay works, now",
                   probe, Probe, chosen);
  sub->add_option("TARGET", probe.target,
                  "a host name, the name of a dialer, STUN server or relay, or a URI such as stun:stun.telnyx.com:3478")
      ->required();
  sub->add_flag("--json", probe.json, "samples and findings as JSON");
  sub->add_option("--count", probe.count, "how many rounds")->check(CLI::Range(1, 1000));
  AddColour(sub, probe);

  ReplayOptions replay;
  sub = AddCommand(app, "replay", "which incidents and messages a recording gives, by its own settings or others",
                   replay, Replay, chosen);
  sub->add_option("FILE", replay.recording, "what `run --record` has written")->required()->option_text("FILE.ndjson");
  sub->add_flag("--json", replay.json, "incidents, findings and what happened when, as JSON");
  AddColour(sub, replay);

  CheckConfigOptions check_config;
  sub = AddCommand(app, "check-config", "read a config and tell every error in it", check_config, CheckConfig, chosen);
  sub->add_flag("--dump", check_config.dump, "print the settings in force, defaults included");

  ReflectorCommandOptions reflector;
  sub = app.add_subcommand("reflector", "beside a dialer: send the probes' RTP back, for those who have the key");
  sub->add_option("--listen", reflector.listen, "where; default " + reflector.listen + ", which is IPv4 as well")
      ->option_text("ADDRESS:PORT");
  sub->add_option("--key-file", reflector.key_file, "one or two keys, see docs/media.md")
      ->required()
      ->option_text("FILE");
  sub->add_option("--name", reflector.dialer, "of the dialer, as dialwatch's config has it")
      ->required()
      ->option_text("DIALER");
  sub->callback([&] { chosen = [&] { return Reflect(reflector); }; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitClean : kExitUsage;
  }
  return chosen();
}
