#include "base/sockets.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/unique_fd.h"

namespace dialwatch::base {

TEST_SUITE("base/sockets") {
  TEST_CASE("an errno is told in words") {
    CHECK(ErrnoText(ECONNREFUSED) == "Connection refused");
  }

  TEST_CASE("a socket says where it is bound") {
    for (const char* text : {"127.0.0.1", "::1"}) {
      const Endpoint wanted{*IpAddress::Parse(text), 0};
      sockaddr_storage address{};
      const socklen_t size = wanted.ToSockaddr(&address);
      const UniqueFd fd(socket(address.ss_family, SOCK_DGRAM, 0));
      REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
      CHECK(LocalEndpoint(fd.get()).address == wanted.address);
      CHECK(LocalEndpoint(fd.get()).port != 0);
    }
    CHECK(LocalEndpoint(-1) == Endpoint{});
  }
}

}  // namespace dialwatch::base
