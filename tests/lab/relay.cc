#include "tests/lab/relay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>

#include <stdexcept>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "tests/lab/stun_message.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

constexpr const char* kConfig = R"(listening-ip={address}
relay-ip={address}
listening-port={port}
tls-listening-port={tls_port}
min-port={first}
max-port={last}
relay-threads=1
realm=example.org
fingerprint
allow-loopback-peers
no-dtls
no-cli
log-file=stdout
simple-log
pidfile={folder}/turnserver.pid
userdb={folder}/turndb
{lines}
)";

Process Launch(const std::filesystem::path& folder, const RelayOptions& options) {
  std::filesystem::create_directories(folder);
  std::vector<std::string> lines = options.lines;
  if (lines.empty()) lines = {"lt-cred-mech", "user=webphone:sesame"};
  if (options.tls == nullptr) {
    lines.emplace_back("no-tls");
  } else {
    lines.push_back("cert=" + options.tls->certificate);
    lines.push_back("pkey=" + options.tls->key);
  }
  WriteFile(folder / "turnserver.conf",
            fmt::format(kConfig, fmt::arg("address", options.address), fmt::arg("port", options.port),
                        fmt::arg("tls_port", options.tls_port), fmt::arg("first", options.first_relayed),
                        fmt::arg("last", options.last_relayed), fmt::arg("folder", folder.string()),
                        fmt::arg("lines", fmt::join(lines, "\n"))));
  return {{"turnserver", "-c", folder / "turnserver.conf"}, folder / "log"};
}

bool TakesConnections(const std::string& address, std::uint16_t port) {
  sockaddr_storage to{};
  const socklen_t size = base::Endpoint{*base::IpAddress::Parse(address), port}.ToSockaddr(&to);
  const base::UniqueFd fd(socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), size) == 0;
}

}  // namespace

Relay::Relay(const std::filesystem::path& folder, const RelayOptions& options)
    : options_(options), process_(Launch(folder, options)) {}

void Relay::WaitReady() {
  const std::uint16_t last = options_.tls == nullptr ? options_.port : options_.tls_port;
  const std::string udp = fmt::format("{}:{}", options_.address, options_.port);
  const bool ipv6 = base::IpAddress::Parse(options_.address)->is_v6();  // over which Bind does not ask
  const bool ready = WaitUntil(kPatience, [&] {
    if (!process_.running()) throw std::runtime_error(fmt::format("coturn has ended:\n{}", process_.out()));
    return TakesConnections(options_.address, options_.port) && TakesConnections(options_.address, last) &&
           (ipv6 || Bind(udp, milliseconds(100)));
  });
  if (!ready)
    throw std::runtime_error(fmt::format("coturn does not listen at {}:\n{}", options_.address, process_.out()));
}

}  // namespace dialwatch::lab
