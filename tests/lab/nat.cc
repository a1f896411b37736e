#include "tests/lab/nat.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <utility>

#include "tests/lab/nft.h"
#include "tests/lab/stun_message.h"

namespace dialwatch::lab {
namespace {

constexpr std::chrono::seconds kPatience(10);

std::string NetworkOf(pid_t pid) {
  return fmt::format("/proc/{}/ns/net", pid);
}

std::string Do(std::vector<std::string> command, const TemporaryFolder& folder) {
  const std::string shown = fmt::format("{}", fmt::join(command, " "));
  const Output output = Run(std::move(command), folder.path(), kPatience);
  if (output.exit != 0) throw std::runtime_error(fmt::format("{}: {}", shown, output.err));
  return output.out;
}

// A process that does nothing but hold a network of its own.
Process NewNetwork(const std::string& output) {
  Process holder({"unshare", "--net", "sleep", "infinity"}, output);
  const auto ours = std::filesystem::read_symlink("/proc/self/ns/net");
  const bool made = WaitUntil(kPatience, [&] {
    std::error_code gone;
    const auto its = std::filesystem::read_symlink(NetworkOf(holder.pid()), gone);
    return !holder.running() || (!gone && its != ours);
  });
  if (!made || !holder.running()) throw std::runtime_error("cannot make a network namespace: " + holder.err());
  return holder;
}

// nft(8), for the router's chains of address translation.
std::string RulesOf(NatKind kind, const std::string& device) {
  std::string in, out;
  const auto from_here = fmt::format("ip saddr 10.77.0.0/24 oifname public");
  switch (kind) {
    case NatKind::kNone:
      break;
    case NatKind::kFullCone:
      in = fmt::format("iifname public ip daddr {} meta l4proto udp dnat to {}", NatLab::kPublic, NatLab::kHere);
      out = fmt::format("{} snat to {}", from_here, NatLab::kPublic);
      break;
    case NatKind::kMasquerade:
      out = from_here + " masquerade";
      break;
    case NatKind::kSymmetric:
      out = from_here + " masquerade fully-random";
      break;
    case NatKind::kPooled:
      out = fmt::format("{0} ip daddr {1} snat to {2}\n{0} snat to {3}", from_here, NatLab::kSecondServer,
                        NatLab::kSecondPublic, NatLab::kPublic);
      break;
    case NatKind::kWrongAddress:
      out = fmt::format("{} snat to {}", from_here, NatLab::kSecondPublic);
      break;
  }
  return fmt::format(
      "table ip {} {{\nchain in {{ type nat hook prerouting priority dstnat;\n{}\n}}\n"
      "chain out {{ type nat hook postrouting priority srcnat;\n{}\n}}\n}}\n",
      device, in, out);
}

}  // namespace

NatLab::NatLab(NatKind kind) : router_(NewNetwork(folder_ / "router")), servers_(NewNetwork(folder_ / "servers")) {
  static int count = 0;  // a device ends a moment after its network
  device_ = fmt::format("lab{}", count++);
  const std::string router = std::to_string(router_.pid()), servers = std::to_string(servers_.pid());
  Do({"ip", "link", "add", device_, "type", "veth", "peer", "name", "private", "netns", router}, folder_);
  In(router_, {"ip", "link", "add", "public", "type", "veth", "peer", "name", "wan", "netns", servers});
  Do({"ip", "address", "add", fmt::format("{}/24", kHere), "dev", device_}, folder_);
  Do({"ip", "link", "set", device_, "up"}, folder_);
  In(router_, {"ip", "address", "add", "10.77.0.1/24", "dev", "private"});
  for (const char* address : {kPublic, kSecondPublic}) {
    In(router_, {"ip", "address", "add", fmt::format("{}/25", address), "dev", "public"});
  }
  for (const char* address : {kServer, kSecondServer}) {
    In(servers_, {"ip", "address", "add", fmt::format("{}/25", address), "dev", "wan"});
  }
  for (const char* device : {"private", "public"}) In(router_, {"ip", "link", "set", device, "up"});
  for (const char* device : {"lo", "wan"}) In(servers_, {"ip", "link", "set", device, "up"});
  Do({"ip", "route", "add", "203.0.113.128/25", "via", "10.77.0.1"}, folder_);
  if (kind == NatKind::kNone) In(servers_, {"ip", "route", "add", "10.77.0.0/24", "via", kPublic});
  In(router_, {"sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"});
  WriteFile(folder_ / "rules", RulesOf(kind, device_));
  In(router_, {"nft", "-f", folder_ / "rules"});
}

NatLab::~NatLab() {
  try {
    Do({"ip", "link", "delete", device_}, folder_);
  } catch (const std::exception&) {
    // it has gone with the router's network
  }
}

std::string NatLab::In(const Process& network, std::vector<std::string> command) const {
  command.insert(command.begin(), {"nsenter", "--net=" + NetworkOf(network.pid()), "--"});
  return Do(std::move(command), folder_);
}

Process NatLab::Start(const std::vector<std::string>& command, const std::string& name) const {
  std::vector<std::string> inside{"nsenter", "--net=" + NetworkOf(servers_.pid()), "--"};
  inside.insert(inside.end(), command.begin(), command.end());
  return {inside, folder_ / name};
}

Process NatLab::Serve(const std::vector<std::string>& command, const std::string& name) const {
  Process server = Start(command, name);
  for (const char* address : {kServer, kSecondServer}) {
    if (!WaitUntil(kPatience, [&] { return Bind(address, milliseconds(100)).has_value(); })) {
      throw std::runtime_error(
          fmt::format("{} does not answer at {}:\n{}{}", name, address, server.out(), server.err()));
    }
  }
  return server;
}

Process NatLab::ServeCoturn() const {
  return Serve({"turnserver", "-n", "--stun-only", "--no-tcp", "--no-tls", "--no-dtls", "--no-cli", "--log-file=stdout",
                "--relay-threads=1", fmt::format("--listening-ip={}", kServer),
                fmt::format("--listening-ip={}", kSecondServer), "--listening-port=3478", "--alt-listening-port=3479",
                "--pidfile=" + folder_ / "coturn.pid", "--userdb=" + folder_ / "coturn.db"},
               "coturn");
}

Process NatLab::ServeStund() const {
  return Serve({"stund", "-h", kServer, "-a", kSecondServer, "-p", "3478", "-o", "3479"}, "stund");
}

void NatLab::ForgetAfter(int seconds) const {
  for (const char* kind : {"udp_timeout", "udp_timeout_stream"}) {
    In(router_, {"sh", "-c", fmt::format("echo {} >/proc/sys/net/netfilter/nf_conntrack_{}", seconds, kind)});
  }
}

void NatLab::Filter(const std::string& rules) const {
  WriteFile(folder_ / "filter", fmt::format("table ip filter {{\ncounter up {{ }}\ncounter down {{ }}\n"
                                            "chain forward {{ type filter hook forward priority filter;\n{}\n}}\n}}\n",
                                            rules));
  In(router_, {"sh", "-c", "echo 1 >/proc/sys/net/netfilter/nf_conntrack_acct"});  // for rules with "ct packets"
  In(router_, {"nft", "-f", folder_ / "filter"});
}

std::uint64_t NatLab::Count(const std::string& counter) const {
  return PacketsIn(In(router_, {"nft", "list", "counter", "ip", "filter", counter}));
}

void Behind(NatKind kind, const std::string& server, const std::function<void(const NatLab&)>& test) {
  if (Missing("nft") || Missing(server)) return;
  std::optional<NatLab> nat;
  try {
    nat.emplace(kind);
  } catch (const std::runtime_error& failed) {
    fmt::print("SKIPPED: no NAT: {}\n", failed.what());
    return;
  }
  test(*nat);
}

}  // namespace dialwatch::lab
