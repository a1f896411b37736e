#include "exporter/http_server.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "exporter/listener.h"
#include "tests/exporter/http_client.h"
#include "tests/exporter/snapshots.h"

using namespace dialwatch;
using namespace dialwatch::exporter;

namespace {

std::unique_ptr<HttpServer> Serve(Sources sources, const std::string& address = "127.0.0.1") {
  base::Endpoint listen = At(address);
  listen.port = 0;
  auto server = HttpServer::Start(listen, std::move(sources));
  REQUIRE_MESSAGE(server, server.error().what);
  return std::move(*server);
}

std::unique_ptr<HttpServer> Serve() {
  return Serve(FixedSources(std::make_shared<const diagnosis::Snapshot>(The2020Case())));
}

std::string Ask(const HttpServer& server, const std::string& octets) {
  RawConnection connection(server.listening_on());
  connection.Send(octets);
  return connection.ReadToEnd();
}

}  // namespace

TEST_SUITE("exporter/http_server") {
  TEST_CASE("a page comes with its type and is kept by no cache") {
    const auto server = Serve();
    const HttpAnswer answer = Get(server->listening_on(), "/metrics");
    CHECK(answer.status == 200);
    CHECK(answer.headers.at("content-type") == "text/plain; version=0.0.4; charset=utf-8");
    CHECK(answer.headers.at("cache-control") == "no-store");
    CHECK(answer.headers.at("x-content-type-options") == "nosniff");
    CHECK(answer.headers.at("content-length") == std::to_string(answer.body.size()));
    CHECK(answer.body.find("dialwatch_build_info{version=\"0.1.0\"} 1\n") != std::string::npos);
  }

  TEST_CASE("the query is ignored and the path is percent-decoded") {
    const auto server = Serve();
    CHECK(Get(server->listening_on(), "/metrics?name=x").status == 200);
    CHECK(Get(server->listening_on(), "/api/v1/incidents/dns-bogus%3Agoogle%3A20200831T130400Z").status == 200);
    CHECK(Get(server->listening_on(), "/nope").status == 404);
  }

  TEST_CASE("HEAD gives the length and no body") {
    const auto server = Serve();
    const HttpAnswer whole = Get(server->listening_on(), "/api/v1/status");
    const HttpAnswer head = Request(server->listening_on(), "HEAD", "/api/v1/status");
    CHECK(head.status == 200);
    CHECK(head.headers.at("content-length") == std::to_string(whole.body.size()));
    CHECK(head.body == "");
  }

  TEST_CASE("other methods are refused, with those that are allowed") {
    const auto server = Serve();
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "BREW"}) {
      const HttpAnswer answer = Request(server->listening_on(), method, "/metrics");
      CHECK(answer.status == 405);
      CHECK(answer.headers.at("allow") == "GET, HEAD");
    }
    const std::string posted = Ask(*server, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc");
    CHECK(ParseAnswer(posted).status == 405);
  }

  TEST_CASE("a GET with a body is answered all the same") {
    const auto server = Serve();
    const std::string text =
        Ask(*server, "GET /-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc");
    CHECK(ParseAnswer(text).body == "ready\n");
  }

  TEST_CASE("HTTP/1.0 is answered and the connection closed") {
    const auto server = Serve();
    const HttpAnswer answer = ParseAnswer(Ask(*server, "GET /-/healthy HTTP/1.0\r\n\r\n"));
    CHECK(answer.status == 200);
    CHECK(answer.body == "healthy\n");
  }

  TEST_CASE("pipelined requests are answered in their order on one connection") {
    const auto server = Serve();
    const std::string text = Ask(*server,
                                 "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
                                 "HEAD /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
                                 "GET /-/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const std::size_t first = text.find("\r\n\r\nhealthy\n");
    const std::size_t second = text.find("HTTP/1.1 200", first);
    const std::size_t third = text.find("HTTP/1.1 200", second + 1);
    REQUIRE(third != std::string::npos);
    CHECK(ParseAnswer(text.substr(third)).body == "ready\n");
  }

  TEST_CASE("headers and paths beyond the limit are refused, and others are served on") {
    const auto server = Serve();
    const std::string huge(100'000, 'x');
    const int headers =
        ParseAnswer(Ask(*server, fmt::format("GET / HTTP/1.1\r\nHost: x\r\nCookie: {}\r\n\r\n", huge))).status;
    CHECK((headers == 431 || headers == 413 || headers == 0));  // 0: reset while we were still sending
    const int path = ParseAnswer(Ask(*server, fmt::format("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", huge))).status;
    CHECK((path == 414 || path == 0));
    CHECK(Get(server->listening_on(), "/-/healthy").status == 200);
  }

  TEST_CASE("what is not HTTP is dropped, and others are served on") {
    const auto server = Serve();
    for (const std::string& octets :
         {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string(64, '\0'),
          std::string("\r\n\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
      RawConnection connection(server->listening_on());
      connection.Send(octets);
    }
    CHECK(Get(server->listening_on(), "/-/healthy").status == 200);
  }

  TEST_CASE("a source that throws gives a 500, and the server lives on") {
    Sources sources = FixedSources(nullptr);
    sources.snapshot = []() -> std::shared_ptr<const diagnosis::Snapshot> { throw std::runtime_error("broken"); };
    const auto server = Serve(sources);
    CHECK(Get(server->listening_on(), "/metrics").status == 500);
    CHECK(Get(server->listening_on(), "/-/healthy").status == 200);
  }

  TEST_CASE("all pages work before the first snapshot") {
    const auto server = Serve(FixedSources(nullptr));
    for (const char* path : {"/", "/metrics", "/api/v1/status", "/api/v1/incidents"}) {
      CHECK(Get(server->listening_on(), path).status == 200);
    }
    CHECK(Get(server->listening_on(), "/api/v1/incidents/x").status == 404);
  }

  TEST_CASE("IPv6 is served") {
    base::Endpoint any = *base::Endpoint::Parse("[::1]:1", 1);
    any.port = 0;
    if (const auto probe = Listen(any); !probe) {
      fmt::print("SKIPPED: no IPv6 loopback here: {}\n", probe.error().what);
      return;
    }
    const auto server = Serve(FixedSources(nullptr), "::1");
    CHECK(Get(server->listening_on(), "/-/healthy").status == 200);
    const auto both = Serve(FixedSources(nullptr), "::");
    CHECK(Get({At("127.0.0.1").address, both->listening_on().port}, "/-/healthy").status == 200);
  }

  TEST_CASE("an address in use is an error, not a crash") {
    const auto server = Serve();
    const auto second = HttpServer::Start(server->listening_on(), FixedSources(nullptr));
    REQUIRE_FALSE(second);
    CHECK(second.error().what.find("choose another port in listen of [exporter]") != std::string::npos);
  }

  TEST_CASE("it stops at once, with connections open, and its port is free again") {
    auto server = Serve();
    const base::Endpoint address = server->listening_on();
    RawConnection idle(address);
    RawConnection half(address);
    half.Send("GET /met");
    const auto start = std::chrono::steady_clock::now();
    server.reset();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
    CHECK(HttpServer::Start(address, FixedSources(nullptr)));
  }
}
