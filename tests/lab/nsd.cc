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
)";
constexpr const char* kZone = R"(zone:
  name: "{zone}"
  zonefile: "{file}"
  provide-xfr: 0.0.0.0/0 NOKEY
)";

}  // namespace

Nsd::Nsd(const std::filesystem::path& folder, std::vector<std::string> addresses, ZoneTexts zones)
    : folder_(folder), addresses_(std::move(addresses)), zones_(std::move(zones)) {
  std::filesystem::create_directories(folder_);
  std::string listen;
  for (const std::string& address : addresses_) listen += fmt::format("  ip-address: {}\n", address);
  std::string config = fmt::format(kConfig, fmt::arg("addresses", listen), fmt::arg("folder", folder_.string()));
  for (const auto& [zone, text] : zones_) {
    WriteFile(folder_ / ZoneFile(zone), text);
    config += fmt::format(kZone, fmt::arg("zone", zone), fmt::arg("file", ZoneFile(zone)));
  }
  WriteFile(folder_ / "nsd.conf", config);
  Start();
}

void Nsd::Start() {
  process_.emplace(std::vector<std::string>{"nsd", "-d", "-c", folder_ / "nsd.conf"}, folder_ / "log");
}

void Nsd::WaitReady() const {
  const auto answers = [this](const std::string& address) {
    return Ask(address, zones_.begin()->first, "SOA", milliseconds(100)).has_value();
  };
  if (!WaitUntil(kPatience, [&] { return std::all_of(addresses_.begin(), addresses_.end(), answers); })) {
    throw std::runtime_error(fmt::format("nsd does not answer:\n{}", process_ ? process_->err() : "stopped"));
  }
}

void Nsd::Load(const std::string& zone, const std::string& text, std::uint32_t serial) {
  WriteFile(folder_ / ZoneFile(zone), text);
  if (!process_) return;
  Control(folder_ / "control", "NSDCT1 reload");
  if (!WaitUntil(kPatience, [&] { return AllServe(addresses_, zone, serial); })) {
    throw std::runtime_error(fmt::format("nsd did not load serial {} of {}:\n{}", serial, zone, process_->err()));
  }
}

}  // namespace dialwatch::lab
