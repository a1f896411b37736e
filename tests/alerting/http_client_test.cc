#include "alerting/http_client.h"

#include <doctest/doctest.h>

#include <thread>

#include "tests/alerting/webhook_server.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;
using Kind = HttpOutcome::Kind;

constexpr Duration kShort = 300ms;

// Waits for the end of all requests.
std::vector<HttpResult> Finish(HttpClient& client) {
  std::vector<HttpResult> all;
  for (const auto deadline = std::chrono::steady_clock::now() + 10s;
       client.in_flight() > 0 && std::chrono::steady_clock::now() < deadline;) {
    for (HttpResult& result : client.Wait(100ms)) all.push_back(std::move(result));
  }
  REQUIRE(client.in_flight() == 0);
  return all;
}

HttpOutcome Ask(const std::string& url, Duration timeout = kShort) {
  HttpClient client(timeout);
  client.Post(1, url, "{}");
  const auto results = Finish(client);
  REQUIRE(results.size() == 1);
  return results[0].outcome;
}

HttpOutcome AskFor(Reply reply, Duration timeout = kShort) {
  WebhookServer server;
  server.Script({std::move(reply)});
  return Ask(server.Url(), timeout);
}

}  // namespace

TEST_SUITE("alerting/http_client") {
  TEST_CASE("it posts the body as JSON to the path of the URL") {
    WebhookServer server;
    HttpClient client;
    client.Post(7, server.Url("/services/a?b=c"), R"({"text":"ä"})");
    const auto results = Finish(client);
    REQUIRE(results.size() == 1);
    CHECK(results[0].token == 7);
    CHECK(results[0].outcome.kind == Kind::kAnswered);
    CHECK(results[0].outcome.status == 200);
    const auto requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].body == R"({"text":"ä"})");
    CHECK(requests[0].head.starts_with("POST /services/a?b=c HTTP/1.1\r\n"));
    CHECK(requests[0].head.find("Content-Type: application/json") != std::string::npos);
  }

  TEST_CASE("a refusal is an answer, and its Retry-After is kept") {
    const HttpOutcome outcome = AskFor({.status = 429, .headers = "Retry-After: 17\r\n"});
    CHECK(outcome.kind == Kind::kAnswered);
    CHECK(outcome.status == 429);
    CHECK(outcome.retry_after == 17s);
    CHECK(outcome.why == "HTTP 429");
  }

  TEST_CASE("a redirect is not followed") {
    WebhookServer elsewhere;
    const HttpOutcome outcome = AskFor({.status = 302, .headers = "Location: " + elsewhere.Url() + "\r\n"});
    CHECK(outcome.status == 302);
    CHECK(elsewhere.requests().empty());
  }

  TEST_CASE("a server that hangs, or drips its head, ends by the timeout") {
    CHECK(AskFor({.manner = Reply::Manner::kHang}).kind == Kind::kTimeout);
    CHECK(AskFor({.manner = Reply::Manner::kDripHead}).kind == Kind::kTimeout);
  }

  TEST_CASE("of an endless body nothing is kept, and its head counts") {
    const auto start = std::chrono::steady_clock::now();
    const HttpOutcome outcome = AskFor({.status = 500, .manner = Reply::Manner::kEndlessBody}, 10s);
    CHECK(outcome.kind == Kind::kAnswered);
    CHECK(outcome.status == 500);
    CHECK(std::chrono::steady_clock::now() - start < 5s);
  }

  TEST_CASE("an endless head is no answer") {
    const std::string line = "X-Filler: " + std::string(900, 'x') + "\r\n";
    std::string headers;
    for (int i = 0; i < 100; ++i) headers += line;
    CHECK(AskFor({.headers = headers}, 10s).kind == Kind::kNetwork);
  }

  TEST_CASE("a closed connection and a refused port are the network's fault") {
    CHECK(AskFor({.manner = Reply::Manner::kClose}).kind == Kind::kNetwork);
    std::string url;
    {
      const WebhookServer gone;
      url = gone.Url();
    }
    const HttpOutcome outcome = Ask(url);
    CHECK(outcome.kind == Kind::kNetwork);
    CHECK(outcome.why == "Couldn't connect to server");
  }

  TEST_CASE("only http and https are spoken, and what is no URL is told apart") {
    CHECK(Ask("file:///etc/hostname").kind == Kind::kBadUrl);
    CHECK(Ask("http://[::1").kind == Kind::kBadUrl);
    CHECK(Ask("http://127.0.0.1:99999/").kind == Kind::kBadUrl);
  }

  TEST_CASE("a certificate that nobody vouches for is not accepted") {
    // no TLS here at all: the handshake fails before anything of the message is sent
    WebhookServer server;
    std::string url = server.Url();
    url.replace(0, 4, "https");
    CHECK(Ask(url).kind != Kind::kAnswered);
    CHECK(server.requests().empty());
  }

  TEST_CASE("a request that hangs delays no other") {
    WebhookServer hung;
    WebhookServer well;
    hung.Script({{.manner = Reply::Manner::kHang}});
    HttpClient client(5s);
    client.Post(1, hung.Url(), "{}");
    client.Post(2, well.Url(), "{}");
    std::vector<HttpResult> first;
    for (int i = 0; i < 20 && first.empty(); ++i) first = client.Wait(100ms);
    REQUIRE(first.size() == 1);
    CHECK(first[0].token == 2);
    CHECK(client.in_flight() == 1);
  }

  TEST_CASE("Wake ends a wait from another thread") {
    HttpClient client;
    const auto start = std::chrono::steady_clock::now();
    std::thread other([&] { client.Wake(); });
    CHECK(client.Wait(10s).empty());
    other.join();
    CHECK(std::chrono::steady_clock::now() - start < 5s);
  }
}

}  // namespace dialwatch::alerting
