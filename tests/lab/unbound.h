#pragma once

#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/process.h"
#include "tests/lab/resolver.h"
#include "tests/lab/test_ca.h"

namespace dialwatch::lab {

// A public resolver service (Unbound): one cache behind one or more addresses, which finds its way from the lab's root.
// Throws std::runtime_error where it cannot do as told.
class Unbound : public Resolver {
 public:
  struct Options {
    std::string name;  // its NSID and id.server too
    std::vector<std::string> addresses;
    int cache_max_ttl = 86400;              // seconds; what comes with a longer TTL is kept for this long
    std::optional<Certificate> tls = {};    // DNS over TLS at port 853, over HTTPS at 443 under /dns-query
    std::string trust_anchor = {};          // a DS record; signatures below it must be right, to the second
    bool shares_address = false;            // with other processes: the kernel picks one by the client's port
    std::string server = {}, clauses = {};  // further lines of the server: clause; further clauses
  };

  // Writes its files into `folder` and starts it; it answers once WaitReady has returned.
  Unbound(const std::filesystem::path& folder, Options options);

  void WaitReady() const;
  const std::string& name() const override { return options_.name; }
  const std::string& address() const override { return options_.addresses.front(); }

  void Flush(const std::string& host) const override { Command("flush " + host); }
  void LeadTo(const std::string& address, const std::string& zone) const override {
    Command("forward_add " + zone + " " + address);
  }
  void LeadBack(const std::string& zone) const override { Command("forward_remove " + zone); }
  void Deny(const std::string& host) const { Command("local_zone " + host + " always_nxdomain"); }
  void Refuse(const std::string& host) const { Command("local_zone " + host + " always_refuse"); }
  void Stop() { process_.reset(); }                 // the machine is up, the service is not: ICMP tells so at once
  void Hang() const { process_->Signal(SIGSTOP); }  // queries are swallowed
  void Wake() const { process_->Signal(SIGCONT); }
  void Start();                                    // after Stop, with an empty cache
  void Command(const std::string& command) const;  // as unbound-control takes it
  std::string Cache() const;                       // all of it, as text
  int Queries() const;                             // that it has been asked since it started

 private:
  bool Runs() const;

  std::filesystem::path folder_;
  Options options_;
  std::optional<Process> process_;
};

}  // namespace dialwatch::lab
