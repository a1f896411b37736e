#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/ip_address.h"
#include "tests/lab/test_ca.h"
#include "tests/probes/dns/server_process.h"
#include "tests/temporary_folder.h"

namespace dialwatch::probes::test {

// sipp as a dialer on 127.0.0.1 that answers each call and sends its RTP back as it is.
class Sipp {
 public:
  // `transport`: "u1" or "t1".
  explicit Sipp(const std::string& transport);

  static bool IsInstalled() { return !FindProgram("sipp").empty(); }
  base::Endpoint endpoint() const;

 private:
  testing::TemporaryFolder folder_;
  std::uint16_t port_;
  std::unique_ptr<ServerProcess> process_;
};

// baresip as a dialer on 127.0.0.1 whose extension 9196 is an echo: it decodes the audio and encodes it again.
class Baresip {
 public:
  // With a certificate it also takes TLS, at the next port.
  explicit Baresip(const lab::Certificate* certificate = nullptr);

  static bool IsInstalled() { return !FindProgram("baresip").empty(); }
  base::Endpoint endpoint() const;
  base::Endpoint tls_endpoint() const;

 private:
  testing::TemporaryFolder folder_;
  std::uint16_t port_;
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace dialwatch::probes::test
