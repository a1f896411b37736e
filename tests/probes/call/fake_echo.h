#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "probes/event_loop.h"

namespace dialwatch::probes::test {

// A dialer's RTP port on loopback that answers each packet as the test tells it, on the test's loop.
class FakeEcho {
 public:
  using Octets = std::vector<std::uint8_t>;
  using Replies = std::vector<Octets>;
  using Handler = std::function<Replies(int index, const Octets& packet)>;  // index: counts what came

  FakeEcho(EventLoop& loop, Handler handler, std::string_view address = "127.0.0.1");

  void Close();

  base::Endpoint endpoint;
  base::Endpoint peer;  // who sent last

 private:
  void Receive();

  Handler handler_;
  base::UniqueFd fd_;
  std::unique_ptr<FdWatcher> watcher_;
  int count_ = 0;
};

}  // namespace dialwatch::probes::test
