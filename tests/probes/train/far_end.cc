#include "tests/probes/train/far_end.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <array>

namespace dialwatch::probes::test {
namespace {

reflector::Server OpenServer(const base::Endpoint& listen, std::string dialer) {
  auto server = reflector::Server::Open(listen, {{.dialer = std::move(dialer)}, TestKeys()});
  REQUIRE(server);
  return *std::move(server);
}

}  // namespace

TrainKeys TestKeys() {
  TrainKeys keys;
  for (const std::uint8_t id : {std::uint8_t{7}, std::uint8_t{8}}) {
    std::array<std::uint8_t, 32> secret{};
    secret.fill(id);
    keys.emplace_back(id, secret);
  }
  return keys;
}

FarEnd::FarEnd(const base::IpAddress& address, std::string dialer, std::uint16_t port)
    : server_(OpenServer({address, port}, std::move(dialer))),
      endpoint_(server_.LocalEndpoint()),
      looper_([this] { Turn(); }) {}

FarEnd::FarEnd() : FarEnd(*base::IpAddress::Parse("127.0.0.1")) {}

reflector::Counters FarEnd::counters() {
  const std::lock_guard lock(mutex_);
  return server_.reflector().counters();
}

void FarEnd::Turn() {
  pollfd ready{server_.fd(), POLLIN, 0};
  poll(&ready, 1, 5);
  const std::lock_guard lock(mutex_);
  server_.HandleBatch();
}

}  // namespace dialwatch::probes::test
