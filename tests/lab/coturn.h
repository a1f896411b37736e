#pragma once

#include <filesystem>
#include <string>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// A STUN server (coturn) at port 3478 of one address. Throws std::runtime_error where it cannot do as told.
class Coturn {
 public:
  // Starts it; it answers once WaitReady has returned.
  Coturn(const std::filesystem::path& folder, const std::string& address);

  void WaitReady() const;
  void Stop() { process_.End(); }

 private:
  std::string address_;
  Process process_;
};

}  // namespace dialwatch::lab
