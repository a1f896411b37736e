#include "tests/lab/unbound.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/lab/addresses.h"
#include "tests/lab/control_socket.h"
#include "tests/lab/dns_query.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

constexpr const char* kConfig = R"(server:
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  logfile: ""
  use-syslog: no
  num-threads: 1
  msg-cache-size: 1m
  rrset-cache-size: 1m
  cache-max-ttl: {cache_max_ttl}
  ede: yes
  ede-serve-expired: yes
  nsid: "ascii_{name}"
  identity: "{name}"
{more}remote-control:
  control-enable: yes
  control-use-cert: no
  control-interface: "{folder}/control"
stub-zone:
  name: "."
  stub-addr: {root}
{clauses})";

std::string ListenAt(const std::string& address, bool tls) {
  const std::string plain = fmt::format("  interface: {}\n", address);
  return tls ? plain + fmt::format("  interface: {0}@853\n  interface: {0}@443\n", address) : plain;
}

// val-sig-skew 0: without unbound's usual hour of tolerance for signatures that have ended.
std::string RenderServer(const Unbound::Options& options, const std::filesystem::path& folder) {
  std::string text;
  for (const std::string& address : options.addresses) text += ListenAt(address, options.tls.has_value());
  if (options.tls) {
    text += fmt::format(
        "  tls-port: 853\n  https-port: 443\n  http-endpoint: \"/dns-query\"\n"
        "  tls-service-pem: \"{}\"\n  tls-service-key: \"{}\"\n",
        options.tls->certificate, options.tls->key);
  }
  text += fmt::format("  so-reuseport: {}\n", options.shares_address ? "yes" : "no");
  if (options.trust_anchor.empty()) return text + "  module-config: \"iterator\"\n" + options.server;
  WriteFile(folder / "anchor", options.trust_anchor + "\n");
  return text +
         fmt::format(
             "  module-config: \"validator iterator\"\n  trust-anchor-file: \"{}\"\n"
             "  val-sig-skew-min: 0\n  val-sig-skew-max: 0\n",
             (folder / "anchor").string()) +
         options.server;
}

}  // namespace

Unbound::Unbound(const std::filesystem::path& folder, Options options) : folder_(folder), options_(std::move(options)) {
  std::filesystem::create_directories(folder_);
  WriteFile(folder_ / "unbound.conf",
            fmt::format(kConfig, fmt::arg("folder", folder_.string()), fmt::arg("name", options_.name),
                        fmt::arg("cache_max_ttl", options_.cache_max_ttl), fmt::arg("root", kRoot),
                        fmt::arg("more", RenderServer(options_, folder_)), fmt::arg("clauses", options_.clauses)));
  Start();
}

void Unbound::Start() {
  process_.emplace(std::vector<std::string>{"unbound", "-d", "-c", folder_ / "unbound.conf"}, folder_ / "log");
}

void Unbound::WaitReady() const {
  const auto answers = [](const std::string& address) {
    return Ask(address, "localhost", "A", milliseconds(100)).has_value();
  };
  const auto ready = [&] {
    if (options_.shares_address) return Runs();  // who knows which process a question would reach
    return std::all_of(options_.addresses.begin(), options_.addresses.end(), answers);
  };
  if (!WaitUntil(kPatience, ready)) {
    throw std::runtime_error(
        fmt::format("unbound \"{}\" does not answer:\n{}", options_.name, process_ ? process_->err() : "stopped"));
  }
}

bool Unbound::Runs() const {
  try {
    Command("status");
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

void Unbound::Command(const std::string& command) const {
  const std::string reply = Control(folder_ / "control", "UBCT1 " + command);
  if (!reply.starts_with("ok") && command != "status")
    throw std::runtime_error(fmt::format("unbound: {}: {}", command, reply));
}

std::string Unbound::Cache() const {
  return Control(folder_ / "control", "UBCT1 dump_cache");
}

int Unbound::Queries() const {
  constexpr const char* kTotal = "total.num.queries=";
  const std::string statistics = Control(folder_ / "control", "UBCT1 stats_noreset");
  const auto at = statistics.find(kTotal);
  if (at == std::string::npos) throw std::runtime_error(options_.name + " gives no statistics: " + statistics);
  return std::stoi(statistics.substr(at + std::char_traits<char>::length(kTotal)));
}

}  // namespace dialwatch::lab
