#include "tests/lab/dialwatch.h"

#include <fmt/format.h>

#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/lab/addresses.h"
#include "tests/lab/http_get.h"

namespace dialwatch::lab {
namespace {

constexpr const char* kListen = "127.0.0.1:10355";
constexpr std::chrono::seconds kPatience(20);

std::string RenderStun(const std::string& name, const std::string& host) {
  return fmt::format("[[stun]]\nname = \"{}\"\nuri = \"stun:{}:3478\"\n", name, host);
}

}  // namespace

std::string Config::Render(const std::filesystem::path& folder) const {
  std::string text = fmt::format(
      "[probing]\ninterval = \"{}ms\"\ntimeout = \"{}ms\"\n"
      "[vantage]\nname = \"office-east\"\nexpect_mapped = [\"{}\"]\n"
      "[state]\npath = \"{}\"\n"
      "[exporter]\nlisten = \"{}\"\n"
      "[alerting]\nfor = \"{}\"\nkeep_firing_for = \"{}\"\n",
      kInterval.count(), kTimeout.count(), kOffice, state, kListen, wait, keep_firing_for);
  for (const std::string& dialer : dialers) {
    text += fmt::format("[[dialer]]\nname = \"{}\"\nhost = \"{}.example.com\"\n{}\n", dialer, dialer, dialer_keys);
  }
  text += RenderStun("telnyx", "stun.telnyx.com") + RenderStun("second", "stun.example.com");
  if (third_stun) text += RenderStun("third", "stun3.example.com");
  if (!webhook.empty()) {
    WriteFile(folder / "webhook", webhook + "\n");
    text += "[[receiver]]\nname = \"oncall\"\nkind = \"slack\"\nurl_file = \"webhook\"\n";
  }
  return text + more;
}

std::filesystem::path WriteConfig(const Config& config, const std::filesystem::path& folder) {
  const auto path = folder / "dialwatch.toml";
  WriteFile(path, config.Render(folder));
  return path;
}

std::vector<std::string> DialwatchCommand(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), DIALWATCH_BINARY);
  return arguments;
}

Output Dialwatch(std::vector<std::string> arguments, const std::filesystem::path& folder) {
  return Run(DialwatchCommand(std::move(arguments)), folder, std::chrono::seconds(30));
}

Process StartDialwatch(std::vector<std::string> arguments, const std::filesystem::path& folder) {
  const auto output = folder / arguments.front();
  return {DialwatchCommand(std::move(arguments)), output};
}

Daemon::Daemon(const std::filesystem::path& folder)
    : process_({DIALWATCH_BINARY, "run", "-c", folder / "dialwatch.toml"}, folder / "daemon") {}

void Daemon::WaitReady() {
  const auto ready = [this] { return !process_.running() || HttpGet(kListen, "/-/ready").status == 200; };
  if (!WaitUntil(kPatience, ready) || !process_.running()) {
    throw std::runtime_error("the daemon does not become ready:\n" + Log());
  }
}

std::string Daemon::Get(const std::string& path) const {
  return HttpGet(kListen, path).body;
}

std::vector<std::string> Daemon::Metrics(const std::string& start) const {
  std::vector<std::string> lines;
  std::istringstream metrics(Metrics());
  for (std::string line; std::getline(metrics, line);) {
    if (line.starts_with(start)) lines.push_back(line);
  }
  return lines;
}

}  // namespace dialwatch::lab
