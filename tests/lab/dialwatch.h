#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// The config of a call centre in the lab, in a hurry: what takes minutes in real life takes seconds. Resolvers are the
// built-in ones, and the authority is discovered.
struct Config {
  std::vector<std::string> dialers{"d1", "d2", "d3"};  // each at DIALER.example.com
  std::string dialer_keys;                             // further lines for each [[dialer]]
  std::string wait = "0s", keep_firing_for = "1s";     // [alerting] for, keep_firing_for
  std::string state;                                   // path of the database, empty for none
  std::string webhook;                                 // URL of the Slack receiver, empty for none
  bool third_stun = false;                             // ask stun3.example.com too
  std::string more;                                    // further tables

  static constexpr milliseconds kInterval{1000};
  static constexpr milliseconds kTimeout{400};
  std::string Render(const std::filesystem::path& folder) const;  // writes the webhook's url_file into `folder`
};

// Writes the config to `folder`/dialwatch.toml and returns that path.
std::filesystem::path WriteConfig(const Config& config, const std::filesystem::path& folder);

// Runs the dialwatch binary with these arguments to its end, within 30 s.
Output Dialwatch(std::vector<std::string> arguments, const std::filesystem::path& folder);

// The command line of the dialwatch binary with these arguments.
std::vector<std::string> DialwatchCommand(std::vector<std::string> arguments);

// Starts it as a child process, whose output goes to `folder`/NAME.out and .err; NAME is the first argument.
Process StartDialwatch(std::vector<std::string> arguments, const std::filesystem::path& folder);

// `dialwatch run -c folder/dialwatch.toml` as a child process. Thread safety: none.
class Daemon {
 public:
  explicit Daemon(const std::filesystem::path& folder);

  // Waits until every target has been probed once. Throws std::runtime_error, with its log, where that never comes.
  void WaitReady();

  std::string Get(const std::string& path) const;  // the body of a GET, empty where there is none
  std::string Metrics() const { return Get("/metrics"); }
  // The lines of /metrics that begin with `start`.
  std::vector<std::string> Metrics(const std::string& start) const;
  std::string Log() const { return process_.err(); }

  Process& process() { return process_; }

 private:
  Process process_;
};

}  // namespace dialwatch::lab
