#pragma once

#include <string>

#include "tests/lab/udp_server.h"

namespace dialwatch::lab {

// A STUN server that tells every client the same wrong address, with the client's own port.
class StunLiar {
 public:
  StunLiar(const std::string& address, const std::string& told);

 private:
  UdpServer server_;
};

}  // namespace dialwatch::lab
