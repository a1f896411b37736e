#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// `dialwatch reflector` beside a dialer, at port 9000 of an address that this network has. Thread safety: none.
class Reflector {
 public:
  Reflector(const std::string& dialer, const std::string& address);
  void Stop() { process_.reset(); }

 private:
  TemporaryFolder folder_;
  std::optional<Process> process_;
};

// The key that all reflectors here have, and a file with it.
inline constexpr auto kReflectorKey = "1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
std::filesystem::path WriteReflectorKeys(const std::filesystem::path& folder);

// [media] for a hurry: a train of ten packets every `interval`.
std::string ShortTrains(const std::filesystem::path& keys, const std::string& interval);

}  // namespace dialwatch::lab
