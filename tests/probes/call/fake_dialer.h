#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "probes/event_loop.h"
#include "tests/probes/sip/replies.h"

namespace dialwatch::probes::test {

// A dialer on a loopback UDP port of its own that answers each request as the test tells it, on the test's loop.
class FakeDialer {
 public:
  // What goes back, in this order.
  using Handler = std::function<std::vector<std::string>(const SipArrival& request)>;

  FakeDialer(EventLoop& loop, Handler handler);

  const base::Endpoint& endpoint() const { return endpoint_; }
  const std::vector<std::string>& methods() const { return methods_; }  // of what came
  // To whoever asked last.
  void Send(const std::string& message) const;
  void Close();

 private:
  void Receive();

  Handler handler_;
  base::UniqueFd fd_;
  base::Endpoint endpoint_, peer_;
  std::unique_ptr<FdWatcher> watcher_;
  std::vector<std::string> methods_;
};

// As a dialer that works does: 200 to OPTIONS and BYE, 180 and 200 to INVITE.
std::vector<std::string> AnswerWell(const SipArrival& request);

}  // namespace dialwatch::probes::test
