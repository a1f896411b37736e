#pragma once

#include <functional>
#include <map>
#include <memory>

#include "base/unique_fd.h"
#include "probes/event_loop.h"
#include "tests/probes/stun/messages.h"

namespace dialwatch::probes::test {

// A TCP server on a loopback port of its own that does with what it receives what the test tells it, on the test's
// loop.
class FakeStreamServer {
 public:
  // `request`: what one read gave.
  using Handler = std::function<void(FakeStreamServer& self, int connection, const Octets& request)>;

  FakeStreamServer(EventLoop& loop, Handler handler);

  const base::Endpoint& endpoint() const { return endpoint_; }
  int requests() const { return requests_; }
  // The other end of a connection, as the server sees it.
  base::Endpoint PeerOf(int connection) const;

  void Send(int connection, const Octets& octets);
  void Close(int connection) { connections_.erase(connection); }

 private:
  struct Connection {
    base::UniqueFd fd;
    std::unique_ptr<FdWatcher> watcher;  // ends before the descriptor
  };
  void Accept();
  void Receive(int connection);

  EventLoop& loop_;
  Handler handler_;
  base::UniqueFd listener_;
  base::Endpoint endpoint_;
  std::unique_ptr<FdWatcher> watcher_;
  std::map<int, Connection> connections_;
  int requests_ = 0;
};

}  // namespace dialwatch::probes::test
