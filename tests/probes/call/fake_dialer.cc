#include "tests/probes/call/fake_dialer.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

namespace dialwatch::probes::test {

FakeDialer::FakeDialer(EventLoop& loop, Handler handler)
    : handler_(std::move(handler)), fd_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  sockaddr_storage address{};
  socklen_t size = base::Endpoint{*base::IpAddress::Parse("127.0.0.1"), 0}.ToSockaddr(&address);
  if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) throw std::runtime_error("bind");
  size = sizeof address;
  getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  endpoint_ = base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
  watcher_ = std::make_unique<FdWatcher>(loop, fd_.get(), [this](bool, bool) { Receive(); });
  watcher_->Watch(true, false);
}

void FakeDialer::Send(const std::string& message) const {
  sockaddr_storage address{};
  const socklen_t size = peer_.ToSockaddr(&address);
  sendto(fd_.get(), message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
}

void FakeDialer::Close() {
  watcher_.reset();
  fd_ = {};
}

void FakeDialer::Receive() {
  std::array<char, 65536> octets;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const ssize_t got =
      recvfrom(fd_.get(), octets.data(), octets.size(), 0, reinterpret_cast<sockaddr*>(&address), &size);
  if (got < 0) return;
  peer_ = base::Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
  const SipArrival arrival = Read({octets.data(), static_cast<std::size_t>(got)});
  methods_.push_back(arrival.message.is_response() ? std::to_string(arrival.message.status) : arrival.message.method);
  if (arrival.message.is_response() || arrival.message.method == "ACK") return;
  for (const std::string& reply : handler_(arrival)) Send(reply);
}

std::vector<std::string> AnswerWell(const SipArrival& request) {
  if (request.message.method != "INVITE") return {Write(request, {})};
  return {Write(request, {.status = 180}),
          Write(request, {.headers = {{"Contact", "<sip:9196@127.0.0.1>"}}, .body = Sdp("127.0.0.1")})};
}

}  // namespace dialwatch::probes::test
