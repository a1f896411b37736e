#pragma once

#include <sys/types.h>

#include <cstdint>
#include <initializer_list>
#include <string>

#include "tests/temporary_folder.h"

namespace dialwatch::probes::test {

// A real coturn as STUN servers on the given addresses, at one free port; ends with the test, whatever becomes of it.
class Coturn {
 public:
  explicit Coturn(std::initializer_list<std::string> addresses);
  ~Coturn();
  Coturn(const Coturn&) = delete;
  Coturn& operator=(const Coturn&) = delete;

  std::uint16_t port() const { return port_; }
  bool running() const;

 private:
  testing::TemporaryFolder folder_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace dialwatch::probes::test
