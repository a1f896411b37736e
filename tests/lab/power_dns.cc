#include "tests/lab/power_dns.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/lab/addresses.h"
#include "tests/lab/dns_query.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

constexpr const char* kConfig = R"(local-address={address}
local-port=53
allow-from=0.0.0.0/0
query-local-address={address}
hint-file={folder}/hints
dont-query=
dnssec=off
security-poll-suffix=
daemon=no
threads=1
pdns-distributes-queries=no
socket-dir={folder}
server-id=powerdns
extended-resolution-errors=yes
max-cache-ttl=86400
{settings}
)";

}  // namespace

PowerDns::PowerDns(const std::filesystem::path& folder, std::string address, const std::string& settings)
    : folder_(folder), address_(std::move(address)) {
  std::filesystem::create_directories(folder_);
  WriteFile(folder_ / "hints", fmt::format(". 86400 IN NS a.root.\na.root. 86400 IN A {}\n", kRoot));
  WriteFile(folder_ / "recursor.conf", fmt::format(kConfig, fmt::arg("folder", folder_.string()),
                                                   fmt::arg("address", address_), fmt::arg("settings", settings)));
  process_.emplace(std::vector<std::string>{"pdns_recursor", "--config-dir=" + folder_.string()}, folder_ / "log");
}

void PowerDns::WaitReady() const {
  if (!WaitUntil(kPatience, [&] { return Ask(address_, "stun.telnyx.com", "A", milliseconds(300)).has_value(); })) {
    throw std::runtime_error("pdns_recursor does not answer:\n" + process_->err());
  }
}

void PowerDns::Flush(const std::string& host) const {
  const Output output =
      Run({"rec_control", "--socket-dir=" + folder_.string(), "wipe-cache", host}, folder_, kPatience);
  if (output.exit != 0) throw std::runtime_error("rec_control: " + output.err);
}

}  // namespace dialwatch::lab
