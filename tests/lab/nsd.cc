#include "tests/lab/nsd.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/lab/control_socket.h"
#include "tests/lab/dns_query.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

// database "": the zone lives in memory. xfrd-reload-timeout 0: two reloads may follow each other at once.
constexpr const char* kConfig = R"(server:
{addresses}  username: ""
  chroot: ""
  database: ""
  server-count: 1
  xfrd-reload-timeout: 0
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  logfile: "/dev/stderr"
remote-control:
  control-enable: yes
  control-interface: "{folder}/control"
zone:
  name: "{zone}"
  zonefile: "zone"
)";

}  // namespace

Nsd::Nsd(const std::filesystem::path& folder, std::vector<std::string> addresses, const std::string& zone,
         const std::string& zone_text)
    : folder_(folder), addresses_(std::move(addresses)), zone_(zone) {
  std::filesystem::create_directories(folder_);
  std::string listen;
  for (const std::string& address : addresses_) listen += fmt::format("  ip-address: {}\n", address);
  WriteFile(folder_ / "zone", zone_text);
  WriteFile(folder_ / "nsd.conf", fmt::format(kConfig, fmt::arg("addresses", listen), fmt::arg("zone", zone_),
                                              fmt::arg("folder", folder_.string())));
  Start();
}

void Nsd::Start() {
  process_.emplace(std::vector<std::string>{"nsd", "-d", "-c", folder_ / "nsd.conf"}, folder_ / "log");
}

void Nsd::WaitReady() const {
  const auto answers = [this](const std::string& address) {
    return Ask(address, zone_, "SOA", milliseconds(100)).has_value();
  };
  if (!WaitUntil(kPatience, [&] { return std::all_of(addresses_.begin(), addresses_.end(), answers); })) {
    throw std::runtime_error(fmt::format("nsd does not answer:\n{}", process_ ? process_->err() : "stopped"));
  }
}

void Nsd::Load(const std::string& zone_text, std::uint32_t serial) {
  WriteFile(folder_ / "zone", zone_text);
  if (!process_) return;
  Control(folder_ / "control", "NSDCT1 reload");
  const auto loaded = [&](const std::string& address) {
    const auto reply = Ask(address, zone_, "SOA", milliseconds(100));
    return reply && reply->serial == serial;
  };
  if (!WaitUntil(kPatience, [&] { return std::all_of(addresses_.begin(), addresses_.end(), loaded); })) {
    throw std::runtime_error(fmt::format("nsd did not load serial {}:\n{}", serial, process_->err()));
  }
}

}  // namespace dialwatch::lab
