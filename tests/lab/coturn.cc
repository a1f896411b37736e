#include "tests/lab/coturn.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/lab/stun_message.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

constexpr const char* kConfig = R"(listening-ip={address}
listening-port=3478
relay-threads=1
stun-only
fingerprint
no-tcp
no-tls
no-dtls
no-cli
log-file=stdout
simple-log
pidfile={folder}/turnserver.pid
userdb={folder}/turndb
)";

Process Launch(const std::filesystem::path& folder, const std::string& address) {
  std::filesystem::create_directories(folder);
  WriteFile(folder / "turnserver.conf",
            fmt::format(kConfig, fmt::arg("address", address), fmt::arg("folder", folder.string())));
  return {{"turnserver", "-c", folder / "turnserver.conf"}, folder / "log"};
}

}  // namespace

Coturn::Coturn(const std::filesystem::path& folder, const std::string& address)
    : address_(address), process_(Launch(folder, address)) {}

void Coturn::WaitReady() const {
  if (!WaitUntil(kPatience, [this] { return Bind(address_, milliseconds(100)).has_value(); })) {
    throw std::runtime_error(fmt::format("coturn does not answer at {}:\n{}", address_, process_.out()));
  }
}

}  // namespace dialwatch::lab
