#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "base/ip_address.h"
#include "base/unique_fd.h"

namespace dialwatch::lab {

// Answers each datagram with what `reply` makes of it, on a thread of its own, until destroyed. For servers that lie.
// Throws std::runtime_error where the address cannot be had. Thread safety: `reply` is called from that thread.
class UdpServer {
 public:
  using Reply = std::function<std::optional<std::string>(std::string_view datagram, const base::Endpoint& client)>;

  UdpServer(const base::Endpoint& listen, Reply reply);

 private:
  base::UniqueFd fd_;
  std::jthread thread_;
};

}  // namespace dialwatch::lab
