#pragma once

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "tests/lab/test_ca.h"
#include "tests/temporary_folder.h"

namespace dialwatch::probes::test {

// A real coturn as STUN servers on the given addresses, at one free port, over UDP and TCP, and with a certificate over
// TLS at another; ends with the test, whatever becomes of it.
class Coturn {
 public:
  explicit Coturn(std::initializer_list<std::string> addresses, const lab::Certificate* certificate = nullptr);
  ~Coturn();
  Coturn(const Coturn&) = delete;
  Coturn& operator=(const Coturn&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint16_t tls_port() const { return tls_port_; }
  bool running() const;

 private:
  testing::TemporaryFolder folder_;
  std::uint16_t port_ = 0, tls_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace dialwatch::probes::test
