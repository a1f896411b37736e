#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// An authoritative server (NSD) of one zone. Throws std::runtime_error where it cannot do as told.
class Nsd {
 public:
  // Writes its files into `folder` and starts it; it answers once WaitReady has returned.
  Nsd(const std::filesystem::path& folder, std::vector<std::string> addresses, const std::string& zone,
      const std::string& zone_text);

  void WaitReady() const;
  // Serves another zone text; returns once that one, known by its `serial`, is in force.
  void Load(const std::string& zone_text, std::uint32_t serial);

  void Stop() { process_.reset(); }
  void Start();  // after Stop

 private:
  std::filesystem::path folder_;
  std::vector<std::string> addresses_;
  std::string zone_;
  std::optional<Process> process_;
};

}  // namespace dialwatch::lab
