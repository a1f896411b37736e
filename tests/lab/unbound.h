#pragma once

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// A public resolver service (Unbound): one cache behind one or more addresses, which finds its way from the lab's root.
// Throws std::runtime_error where it cannot do as told.
class Unbound {
 public:
  struct Options {
    std::string name;
    std::vector<std::string> addresses;
    int cache_max_ttl = 86400;  // seconds; what comes with a longer TTL is kept for this long
  };

  // Writes its files into `folder` and starts it; it answers once WaitReady has returned.
  Unbound(const std::filesystem::path& folder, Options options);

  void WaitReady() const;
  const std::string& name() const { return options_.name; }
  const std::string& address() const { return options_.addresses.front(); }

  void Flush(const std::string& host) const { Command("flush " + host); }
  void Deny(const std::string& host) const { Command("local_zone " + host + " always_nxdomain"); }
  // Its questions about `zone` go to the server at `address` instead of where the root leads.
  void LeadTo(const std::string& address, const std::string& zone) const {
    Command("forward_add " + zone + " " + address);
  }
  void LeadBack(const std::string& zone) const { Command("forward_remove " + zone); }
  void Refuse(const std::string& host) const { Command("local_zone " + host + " always_refuse"); }
  void Stop() { process_.reset(); }                 // the machine is up, the service is not: ICMP tells so at once
  void Hang() const { process_->Signal(SIGSTOP); }  // queries are swallowed
  void Wake() const { process_->Signal(SIGCONT); }
  void Start();  // after Stop, with an empty cache

 private:
  void Command(const std::string& command) const;

  std::filesystem::path folder_;
  Options options_;
  std::optional<Process> process_;
};

}  // namespace dialwatch::lab
