#include "tests/lab/knot.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/lab/dns_query.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

// zonefile-load whole, no journal: the file is the zone, and each reload takes it as it is.
constexpr const char* kConfig = R"(server:
    listen: [ {addresses} ]
    rundir: "{folder}"
    identity: "knot"
    nsid: "knot"
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "{folder}"
log:
  - target: stderr
    any: info
acl:
  - id: anybody
    address: 0.0.0.0/0
    action: transfer
template:
  - id: default
    storage: "{folder}"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
{acl}zone:
)";

}  // namespace

Knot::Knot(const std::filesystem::path& folder, std::vector<std::string> addresses, ZoneTexts zones,
           bool allow_transfer)
    : folder_(folder), addresses_(std::move(addresses)), zones_(std::move(zones)) {
  std::filesystem::create_directories(folder_);
  std::string config =
      fmt::format(kConfig, fmt::arg("addresses", fmt::join(addresses_, ", ")), fmt::arg("folder", folder_.string()),
                  fmt::arg("acl", allow_transfer ? "    acl: anybody\n" : ""));
  for (const auto& [zone, text] : zones_) {
    WriteFile(folder_ / ZoneFile(zone), text);
    config += fmt::format("  - domain: \"{}\"\n    file: \"{}\"\n", zone, ZoneFile(zone));
  }
  WriteFile(folder_ / "knot.conf", config);
  Start();
}

void Knot::Start() {
  process_.emplace(std::vector<std::string>{"knotd", "-c", folder_ / "knot.conf"}, folder_ / "log");
}

void Knot::WaitReady() const {
  const auto answers = [this](const std::string& address) {
    const auto reply = Ask(address, zones_.begin()->first, "SOA", milliseconds(100));
    return reply && reply->rcode == 0;  // it answers before it has loaded
  };
  if (!WaitUntil(kPatience, [&] { return std::all_of(addresses_.begin(), addresses_.end(), answers); })) {
    throw std::runtime_error(fmt::format("knotd does not answer:\n{}", process_ ? process_->err() : "stopped"));
  }
}

void Knot::Load(const std::string& zone, const std::string& text, std::uint32_t serial) {
  WriteFile(folder_ / ZoneFile(zone), text);
  if (!process_) return;
  Run({"knotc", "-s", folder_ / "knot.sock", "-b", "zone-reload", zone}, folder_, kPatience);
  if (!WaitUntil(kPatience, [&] { return AllServe(addresses_, zone, serial); })) {
    throw std::runtime_error(fmt::format("knotd did not load serial {} of {}:\n{}", serial, zone, process_->err()));
  }
}

}  // namespace dialwatch::lab
