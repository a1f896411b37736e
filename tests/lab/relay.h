#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/lab/process.h"
#include "tests/lab/test_ca.h"

namespace dialwatch::lab {

// What a relay is to be like.
struct RelayOptions {
  std::string address = "127.0.0.1";
  std::vector<std::string> lines = {};  // of its config, besides the usual ones; none of them: user webphone, sesame
  const Certificate* tls = nullptr;     // also at tls_port
  std::uint16_t port = 3478, tls_port = 5349;
  std::uint16_t first_relayed = 50000, last_relayed = 50100;
};

// A TURN server (coturn) with long-term credentials: user "webphone" with the password "sesame", unless the lines say
// otherwise. Throws std::runtime_error where it cannot do as told.
class Relay {
 public:
  Relay(const std::filesystem::path& folder, const RelayOptions& options);

  // It answers once this has returned.
  void WaitReady();
  void Stop() { process_.End(); }
  std::string log() const { return process_.out(); }

 private:
  RelayOptions options_;
  Process process_;
};

}  // namespace dialwatch::lab
