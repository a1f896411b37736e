#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/lab/process.h"

namespace dialwatch::lab {

enum class NatKind : std::uint8_t {
  kNone,          // a router, no translation
  kFullCone,      // all UDP to the public address comes in
  kMasquerade,    // as Linux does it at home: keeps the port, lets in only who was sent to
  kSymmetric,     // a new random port for each destination
  kPooled,        // one public address towards the second server, another towards all others
  kWrongAddress,  // traffic leaves from the second public address, where the first is expected
};

// Behind a NAT made with nftables: this process's network (EnterPrivateNetwork comes first) is joined to a router's,
// and that to a network of servers with two addresses. All three end with the NatLab. Throws std::runtime_error where
// the kernel does not permit it.
//
//   10.77.0.2 here -- 10.77.0.1 router 203.0.113.129, .130 -- 203.0.113.140, .141 servers
class NatLab {
 public:
  static constexpr const char* kHere = "10.77.0.2";
  static constexpr const char* kPublic = "203.0.113.129";
  static constexpr const char* kSecondPublic = "203.0.113.130";
  static constexpr const char* kServer = "203.0.113.140";
  static constexpr const char* kSecondServer = "203.0.113.141";

  explicit NatLab(NatKind kind);
  ~NatLab();
  NatLab(const NatLab&) = delete;
  NatLab& operator=(const NatLab&) = delete;

  // A program in the network of the servers; Serve waits until it answers STUN at both addresses.
  Process Start(const std::vector<std::string>& command, const std::string& name) const;
  Process Serve(const std::vector<std::string>& command, const std::string& name) const;
  // coturn and Debian's stund at both addresses, as servers of RFC 5780 at port 3478 (3479 is the other one). Ready
  // when they are returned.
  Process ServeCoturn() const;
  Process ServeStund() const;

  // How long the router keeps a UDP mapping that nobody uses.
  void ForgetAfter(int seconds) const;

  // Rules of the router for what it forwards, with the counters `up` and `down` for them to name: nft(8). Once.
  void Filter(const std::string& rules) const;
  // How many packets met the rules with this counter.
  std::uint64_t Count(const std::string& counter) const;

 private:
  std::string In(const Process& network, std::vector<std::string> command) const;  // what it prints

  TemporaryFolder folder_;
  std::string device_;
  Process router_, servers_;  // they hold their networks
};

// Runs `test` behind the NAT. Where that cannot be, or `server`, a program, is not installed, it prints why.
void Behind(NatKind kind, const std::string& server, const std::function<void(const NatLab&)>& test);

}  // namespace dialwatch::lab
