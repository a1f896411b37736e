#include "exporter/connection_deadlines.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <array>
#include <string>

#include "base/unique_fd.h"

using namespace std::chrono_literals;
using dialwatch::base::UniqueFd;
using dialwatch::exporter::ConnectionDeadlines;

namespace {

struct Pair {
  Pair() {
    std::array<int, 2> fds{};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) == 0);
    server = UniqueFd(fds[0]);
    client = UniqueFd(fds[1]);
    const timeval patience{5, 0};
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  // True once the server's end is shut down, false after 5 s.
  bool Ended() const {
    char octet = 0;
    return recv(client.get(), &octet, 1, 0) == 0;
  }
  bool Open() const {
    char octet = 0;
    return recv(client.get(), &octet, 1, MSG_DONTWAIT) < 0;
  }
  UniqueFd server, client;
};

}  // namespace

TEST_SUITE("exporter/connection_deadlines") {
  TEST_CASE("ends a connection when its time is over, and not before") {
    ConnectionDeadlines deadlines(100ms);
    const Pair pair;
    const auto start = std::chrono::steady_clock::now();
    deadlines.Start(pair.server.get());
    CHECK(pair.Ended());
    CHECK(std::chrono::steady_clock::now() - start >= 100ms);
  }

  TEST_CASE("leaves alone what it was told to forget") {
    ConnectionDeadlines deadlines(50ms);
    const Pair forgotten;
    const Pair witness;
    deadlines.Start(forgotten.server.get());
    deadlines.Start(witness.server.get());
    deadlines.Forget(forgotten.server.get());
    CHECK(witness.Ended());
    CHECK(forgotten.Open());
  }

  TEST_CASE("a new request has the whole time again") {
    ConnectionDeadlines deadlines(400ms);
    const Pair renewed;
    const Pair witness;
    const auto start = std::chrono::steady_clock::now();
    deadlines.Start(renewed.server.get());
    deadlines.Start(witness.server.get());
    while (std::chrono::steady_clock::now() - start < 200ms) deadlines.Start(renewed.server.get());
    CHECK(witness.Ended());
    CHECK(renewed.Ended());
    CHECK(std::chrono::steady_clock::now() - start >= 600ms);
  }
}
