#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "exporter/http_server.h"
#include "tests/exporter/http_client.h"
#include "tests/exporter/snapshots.h"

// What slow and greedy clients cost others: exporter/http_server with limits that a test can wait for.
using namespace dialwatch;
using namespace dialwatch::exporter;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;
using Connections = std::vector<std::unique_ptr<RawConnection>>;

std::unique_ptr<HttpServer> Serve(const HttpLimits& limits, const SelfReport& self = ReadySelf()) {
  base::Endpoint listen = At("127.0.0.1");
  listen.port = 0;
  auto server =
      HttpServer::Start(listen, FixedSources(std::make_shared<const diagnosis::Snapshot>(The2020Case()), self), limits);
  REQUIRE_MESSAGE(server, server.error().what);
  return std::move(*server);
}

// Opens `count` connections, each with half a request.
void OpenSlow(Connections& slow, const HttpServer& server, int count, const std::string& source) {
  for (int i = 0; i < count; ++i) {
    slow.push_back(std::make_unique<RawConnection>(server.listening_on(), source));
    REQUIRE(slow.back()->connected());
    slow.back()->Send("GET /metrics HTTP/1.1\r\nHost: x\r\n");
  }
}

// Asks again until the page comes with this status.
bool ComesWithin(std::chrono::milliseconds time, const HttpServer& server, const std::string& path, int status) {
  const auto deadline = Clock::now() + time;
  while (Clock::now() < deadline) {
    if (Get(server.listening_on(), path).status == status) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE("exporter/slow_clients") {
  TEST_CASE("300 slow connections from one address do not hold up a scrape from another") {
    const auto server = Serve({});
    Connections slow;
    OpenSlow(slow, *server, 300, "127.0.0.1");
    const auto start = Clock::now();
    CHECK(Get(server->listening_on(), "/metrics", "127.0.0.2").status == 200);
    CHECK(Clock::now() - start < 3s);
  }

  TEST_CASE("200 slow connections from many addresses do not hold up a scrape") {
    const auto server = Serve({});
    Connections slow;
    for (const char* source : {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"}) OpenSlow(slow, *server, 50, source);
    const auto start = Clock::now();
    CHECK(Get(server->listening_on(), "/metrics").status == 200);
    CHECK(Clock::now() - start < 3s);
  }

  TEST_CASE("more connections of one address than it may have are closed") {
    const auto server = Serve({.connections_per_address = 4});
    Connections slow;
    OpenSlow(slow, *server, 6, "127.0.0.2");
    CHECK(slow[5]->ClosedWithin(5s));
    CHECK_FALSE(slow[0]->ClosedWithin(0ms));
    CHECK(Get(server->listening_on(), "/metrics").status == 200);
  }

  TEST_CASE("a request that drips in is ended, though it is never silent for long") {
    const auto server = Serve({.request = 500ms});
    RawConnection drip(server->listening_on());
    drip.Send("GET / HTTP/1.1\r\n");
    const auto start = Clock::now();
    bool closed = false;
    while (!closed && Clock::now() - start < 10s) {
      drip.Send("x");
      closed = drip.ClosedWithin(50ms);
    }
    CHECK(closed);
    CHECK(Clock::now() - start >= 500ms);
  }

  TEST_CASE("silence is ended by the library's own clock") {
    const auto server = Serve({.idle = 1s});
    RawConnection silent(server->listening_on());
    CHECK(silent.ClosedWithin(10s));
  }

  TEST_CASE("when all places are taken, they are free again after the time of a request") {
    const auto server = Serve({.connections = 20, .request = 500ms});
    Connections slow;
    OpenSlow(slow, *server, 40, "127.0.0.2");
    CHECK(ComesWithin(10s, *server, "/metrics", 200));
  }

  TEST_CASE("a connection that stays alive may ask for longer than one request may take") {
    const auto server = Serve({.request = 1500ms});
    RawConnection alive(server->listening_on());
    const auto start = Clock::now();
    while (Clock::now() - start < 2500ms) {
      REQUIRE(alive.Send("GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"));
      REQUIRE_FALSE(alive.ClosedWithin(100ms));
    }
  }

  TEST_CASE("answers that nobody reads fill no more memory than the limit, and small ones still come") {
    SelfReport self = ReadySelf();
    self.version.assign(16'000'000, 'v');  // a page of more than the kernel's buffers take
    const auto server = Serve({.unsent = 20'000'000}, self);
    auto greedy = std::make_unique<RawConnection>(server->listening_on());
    greedy->Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(greedy->Begun());  // else the pages asked for below could fill the memory first
    CHECK(Get(server->listening_on(), "/").status == 503);
    CHECK(Get(server->listening_on(), "/-/healthy").status == 200);
    greedy.reset();
    CHECK(ComesWithin(30s, *server, "/", 200));
  }
}
