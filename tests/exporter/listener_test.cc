#include "exporter/listener.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using dialwatch::base::Endpoint;
using dialwatch::exporter::Listen;

namespace {

Endpoint Loopback(std::uint16_t port) {
  Endpoint endpoint = *Endpoint::Parse("127.0.0.1", 1);
  endpoint.port = port;
  return endpoint;
}

}  // namespace

TEST_SUITE("exporter/listener") {
  TEST_CASE("port 0 takes a free one and tells which") {
    const auto listener = Listen(Loopback(0));
    REQUIRE(listener);
    CHECK(listener->address.port != 0);
    CHECK(listener->address.address.ToString() == "127.0.0.1");
  }

  TEST_CASE("an address in use is named, with the key to change") {
    const auto first = Listen(Loopback(0));
    REQUIRE(first);
    const auto second = Listen(first->address);
    REQUIRE_FALSE(second);
    CHECK(second.error().what ==
          fmt::format("exporter: cannot listen on {}: Address already in use: another process listens there; stop it, "
                      "or choose another port in listen of [exporter]",
                      first->address.ToString()));
  }

  TEST_CASE("an address of another machine is named as such") {
    const auto listener = Listen(*Endpoint::Parse("192.0.2.1", 10355));
    REQUIRE_FALSE(listener);
    CHECK(
        listener.error().what ==
        "exporter: cannot listen on 192.0.2.1:10355: Cannot assign requested address: no interface of this machine has "
        "that address; change listen of [exporter]");
  }
}
