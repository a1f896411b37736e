#pragma once

#include <functional>
#include <memory>

#include "base/unique_fd.h"
#include "probes/event_loop.h"
#include "tests/probes/stun/messages.h"

namespace dialwatch::probes::test {

// A UDP server on a loopback port of its own that does with each request what the test tells it, on the test's loop.
class FakeServer {
 public:
  using Handler = std::function<void(FakeServer& self, const Octets& request, const base::Endpoint& from)>;

  FakeServer(EventLoop& loop, Handler handler, const base::IpAddress& address, std::uint16_t port = 0);
  FakeServer(EventLoop& loop, Handler handler);  // 127.0.0.1

  const base::Endpoint& endpoint() const { return endpoint_; }
  int requests() const { return requests_; }

  void Send(const base::Endpoint& to, const Octets& octets);

 private:
  void Receive();

  Handler handler_;
  base::UniqueFd fd_;
  base::Endpoint endpoint_;
  std::unique_ptr<FdWatcher> watcher_;
  int requests_ = 0;
};

// A loopback port that refuses requests and that nobody else can open meanwhile: its socket only talks to itself.
class RefusedPort {
 public:
  explicit RefusedPort(const base::IpAddress& address);
  RefusedPort();  // 127.0.0.1

  const base::Endpoint& endpoint() const { return endpoint_; }

 private:
  base::UniqueFd fd_;
  base::Endpoint endpoint_;
};

// Handlers.
void AnswerHonestly(FakeServer& self, const Octets& request, const base::Endpoint& from);
void StaySilent(FakeServer& self, const Octets& request, const base::Endpoint& from);

}  // namespace dialwatch::probes::test
