#include "reflector/server.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstring>

#include "probes/rtp/packet.h"

namespace dialwatch::reflector {

using base::Endpoint;
using base::IpAddress;
using Octets = std::vector<std::uint8_t>;

namespace {

probes::TrainKeys Keys() {
  probes::TrainKeys keys;
  keys.emplace_back(std::uint8_t{1}, Octets(32, 1));
  return keys;
}

Server Listen(const char* address) {
  auto server = Server::Open({*IpAddress::Parse(address), 0}, {{.dialer = "d1"}, Keys()});
  REQUIRE(server);
  return *std::move(server);
}

Octets Packet(std::uint32_t number) {
  Octets packet = probes::WriteRtp({}, Octets(160));
  const std::chrono::nanoseconds now = std::chrono::system_clock::now().time_since_epoch();
  WriteTrainPacket(packet, {.train = 9, .number = number, .sent_ns = now.count(), .dialer = {}}, Keys().front());
  return packet;
}

// A socket that is connected, so that it hears replies from the address that it asked only.
base::UniqueFd Connect(const char* address, std::uint16_t port, int dscp = 0, int ecn = 0) {
  const Endpoint to{*IpAddress::Parse(address), port};
  const bool v6 = to.address.is_v6();
  base::UniqueFd fd(socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_storage peer{};
  const socklen_t size = to.ToSockaddr(&peer);
  REQUIRE(connect(fd.get(), reinterpret_cast<const sockaddr*>(&peer), size) == 0);
  const int traffic = dscp << 2 | ecn, on = 1;
  setsockopt(fd.get(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_TCLASS : IP_TOS, &traffic, sizeof traffic);
  setsockopt(fd.get(), v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? IPV6_RECVTCLASS : IP_RECVTOS, &on, sizeof on);
  return fd;
}

void Send(const base::UniqueFd& fd, const Octets& octets) {
  REQUIRE(send(fd.get(), octets.data(), octets.size(), 0) == static_cast<ssize_t>(octets.size()));
}

bool WaitFor(int fd) {
  pollfd ready{fd, POLLIN, 0};
  return poll(&ready, 1, 2000) == 1;
}

// The traffic class of the reply that came, or nothing.
std::optional<int> ReceiveClass(const base::UniqueFd& fd) {
  if (!WaitFor(fd.get())) return std::nullopt;
  Octets buffer(2048);
  iovec data{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<std::byte, 64> control{};
  msghdr header{nullptr, 0, &data, 1, control.data(), control.size(), 0};
  if (recvmsg(fd.get(), &header, MSG_DONTWAIT) != 172) return std::nullopt;
  const cmsghdr* first = CMSG_FIRSTHDR(&header);
  return first == nullptr ? 0 : *CMSG_DATA(first);
}

std::optional<int> ReceiveDscp(const base::UniqueFd& fd) {
  const auto traffic = ReceiveClass(fd);
  return traffic ? std::optional(*traffic >> 2) : std::nullopt;
}

}  // namespace

TEST_SUITE("reflector/server") {
  TEST_CASE("a reply has the DSCP of its request, over IPv4 and IPv6") {
    for (const char* address : {"127.0.0.1", "::1"}) {
      CAPTURE(address);
      Server server = Listen(address);
      const auto client = Connect(address, server.LocalEndpoint().port, 46);
      Send(client, Packet(0));
      REQUIRE(WaitFor(server.fd()));
      server.HandleBatch();
      CHECK(ReceiveDscp(client) == 46);
    }
  }

  TEST_CASE("what ECN says of the way there is not said of the way back") {
    for (const char* address : {"127.0.0.1", "::1"}) {
      CAPTURE(address);
      Server server = Listen(address);
      const auto client = Connect(address, server.LocalEndpoint().port, 46, 3);  // congestion experienced
      Send(client, Packet(0));
      REQUIRE(WaitFor(server.fd()));
      server.HandleBatch();
      CHECK(ReceiveClass(client) == 46 << 2);
    }
  }

  TEST_CASE("it answers from the address that was asked, also IPv4 at [::]") {
    Server v4 = Listen("0.0.0.0"), both = Listen("::");
    const auto check = [](Server& server, const char* address) {
      CAPTURE(address);
      const auto client = Connect(address, server.LocalEndpoint().port, 46);
      Send(client, Packet(static_cast<std::uint32_t>(server.reflector().counters().received)));
      REQUIRE(WaitFor(server.fd()));
      server.HandleBatch();
      CHECK(ReceiveDscp(client) == 46);
    };
    check(v4, "127.0.0.1");
    check(v4, "127.0.0.3");
    check(both, "127.0.0.3");
    check(both, "::1");
  }

  TEST_CASE("a batch has 64 datagrams, so that none who waits is forgotten for those who flood") {
    Server server = Listen("127.0.0.1");
    const auto client = Connect("127.0.0.1", server.LocalEndpoint().port);
    for (std::uint32_t number = 0; number < 65; ++number) Send(client, Packet(number));
    REQUIRE(WaitFor(server.fd()));
    server.HandleBatch();
    CHECK(server.reflector().counters().echoed == 64);
    server.HandleBatch();
    CHECK(server.reflector().counters().echoed == 65);
  }

  TEST_CASE("datagrams that are empty or too long do no harm") {
    Server server = Listen("127.0.0.1");
    const auto client = Connect("127.0.0.1", server.LocalEndpoint().port);
    Send(client, {});
    Send(client, Octets(9000, 0x80));
    Octets cut = Packet(0);
    cut.resize(100);
    Send(client, cut);
    REQUIRE(WaitFor(server.fd()));
    server.HandleBatch();
    CHECK(server.reflector().counters().received == 3);
    CHECK(server.reflector().counters().echoed == 0);
  }

  TEST_CASE("a port that is taken is an error that names it") {
    Server first = Listen("127.0.0.1");
    const auto second = Server::Open(first.LocalEndpoint(), {{.dialer = "d1"}, Keys()});
    REQUIRE_FALSE(second);
    CHECK(second.error().what == "cannot listen at " + first.LocalEndpoint().ToString() + ": Address already in use");
  }
}

}  // namespace dialwatch::reflector
