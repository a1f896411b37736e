#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// A resolver of a third make (PowerDNS Recursor), with a cache of packets before that of records.
// Throws std::runtime_error where it cannot do as told.
class PowerDns {
 public:
  // `settings` are further lines of its config. Starts it; it answers once WaitReady has returned.
  PowerDns(const std::filesystem::path& folder, std::string address, const std::string& settings = "");

  void WaitReady() const;
  void Flush(const std::string& host) const;
  void Stop() { process_.reset(); }

 private:
  std::filesystem::path folder_;
  std::string address_;
  std::optional<Process> process_;
};

}  // namespace dialwatch::lab
