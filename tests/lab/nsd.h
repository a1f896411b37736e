#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/process.h"
#include "tests/lab/zone.h"

namespace dialwatch::lab {

// An authoritative server (NSD), which gives whole zones to whoever asks for a transfer. Throws std::runtime_error
// where it cannot do as told.
class Nsd {
 public:
  // Writes its files into `folder` and starts it; it answers once WaitReady has returned.
  Nsd(const std::filesystem::path& folder, std::vector<std::string> addresses, ZoneTexts zones);

  void WaitReady() const;
  // Serves another text of `zone`; returns once that one, known by its `serial`, is in force.
  void Load(const std::string& zone, const std::string& text, std::uint32_t serial);

  void Stop() { process_.reset(); }
  void Start();  // after Stop

 private:
  std::filesystem::path folder_;
  std::vector<std::string> addresses_;
  ZoneTexts zones_;
  std::optional<Process> process_;
};

}  // namespace dialwatch::lab
