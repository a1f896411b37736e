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
{addresses}  access-control: 0.0.0.0/0 allow
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
  module-config: "iterator"
  cache-max-ttl: {cache_max_ttl}
  ede: yes
  nsid: "ascii_{name}"
remote-control:
  control-enable: yes
  control-use-cert: no
  control-interface: "{folder}/control"
stub-zone:
  name: "."
  stub-addr: {root}
)";

}  // namespace

Unbound::Unbound(const std::filesystem::path& folder, Options options) : folder_(folder), options_(std::move(options)) {
  std::filesystem::create_directories(folder_);
  std::string listen;
  for (const std::string& address : options_.addresses) listen += fmt::format("  interface: {}\n", address);
  WriteFile(folder_ / "unbound.conf",
            fmt::format(kConfig, fmt::arg("addresses", listen), fmt::arg("folder", folder_.string()),
                        fmt::arg("cache_max_ttl", options_.cache_max_ttl), fmt::arg("name", options_.name),
                        fmt::arg("root", kRoot)));
  Start();
}

void Unbound::Start() {
  process_.emplace(std::vector<std::string>{"unbound", "-d", "-c", folder_ / "unbound.conf"}, folder_ / "log");
}

void Unbound::WaitReady() const {
  const auto answers = [](const std::string& address) {
    return Ask(address, "localhost", "A", milliseconds(100)).has_value();
  };
  if (!WaitUntil(kPatience,
                 [&] { return std::all_of(options_.addresses.begin(), options_.addresses.end(), answers); })) {
    throw std::runtime_error(
        fmt::format("unbound \"{}\" does not answer:\n{}", options_.name, process_ ? process_->err() : "stopped"));
  }
}

void Unbound::Command(const std::string& command) const {
  const std::string reply = Control(folder_ / "control", "UBCT1 " + command);
  if (!reply.starts_with("ok")) throw std::runtime_error(fmt::format("unbound: {}: {}", command, reply));
}

}  // namespace dialwatch::lab
