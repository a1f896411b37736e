#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/probes/dns/client_bed.h"
#include "tests/probes/dns/fake_https_server.h"
#include "tests/probes/dns/server_process.h"

// DNS over HTTPS through the client, against servers that behave and servers that do not.
namespace dialwatch::probes {
namespace {

using Right = std::vector<std::string>;
using Request = FakeHttpsServer::Request;
using Response = FakeHttpsServer::Response;

const ReplyParts kRight{.answers = {ARecord(300, "192.0.2.1")}};

struct Bed {
  EventLoop loop;
  FakeHttpsServer server;
  DnsClient client{loop, std::nullopt};

  explicit Bed(const lab::Certificate& certificate = GoodCertificate()) : server(loop, certificate) {
    server.on_request = [this](const Request& request) { Reply(request, kRight); };
  }

  void Reply(const Request& to, const ReplyParts& parts) { server.Respond(to, {.body = ReplyTo(to.body, parts)}); }
  void AnswerWith(const Response& response) {
    server.on_request = [this, response](const Request& request) { server.Respond(request, response); };
  }
  DnsQuestion Question(const std::string& host = "d1.example.com") const {
    DnsQuestion question = QuestionTo(server.tls.endpoint(), host);
    question.transport = Transport::kHttps;
    question.url = fmt::format("https://dns.test:{}/dns-query", server.tls.endpoint().port);
    return question;
  }
  DnsSample Ask(const DnsQuestion& question) {
    std::optional<DnsSample> sample;
    client.Ask(question, [&](DnsSample got) { sample = std::move(got); });
    RunUntil(loop, [&] { return sample.has_value(); });
    return sample.value_or(DnsSample{});
  }
  DnsSample Ask() { return Ask(Question()); }

  // What becomes of a question whose answer is this.
  std::string Fault(const Response& response) {
    AnswerWith(response);
    const DnsSample sample = Ask();
    CHECK(sample.outcome == DnsOutcome::kHttpFailed);
    CHECK(sample.answers.empty());
    return sample.error;
  }
};

}  // namespace

TEST_SUITE("probes/dns/https") {
  TEST_CASE("an answer over HTTPS is one like any other, and says how it came") {
    Bed bed;
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.error == "");
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.transport == Transport::kHttps);
    CHECK(sample.sends == 1);
    CHECK(sample.rtt > 0us);
    CHECK(sample.rtt < 2s);
    REQUIRE(bed.server.requests().size() == 1);
    const Request& request = bed.server.requests()[0];
    CHECK(request.Field(":method") == "POST");
    CHECK(request.Field(":path") == "/dns-query");
    CHECK(request.Field("content-type") == "application/dns-message");
    CHECK(request.Field("accept") == "application/dns-message");
    CHECK(request.Field("user-agent") == "");
    CHECK(request.body.size() == 128);  // padded
    CHECK(request.body.at(0) == 0);     // RFC 8484 §4.1: the ID
    CHECK(request.body.at(1) == 0);
  }

  TEST_CASE("many questions share one connection, and their answers may come in any order") {
    Bed bed;
    bed.server.on_request = [&](const Request&) {
      const auto& requests = bed.server.requests();
      if (requests.size() < 50) return;
      for (auto request = requests.rbegin(); request != requests.rend(); ++request) {
        const std::string name = QuestionName(request->body);
        bed.Reply(*request, {.answers = {ARecord(300, "192.0.2." + name.substr(1, name.find('.') - 1))}});
      }
    };
    int wrong = 0, right = 0;
    for (int i = 0; i < 50; ++i) {
      bed.client.Ask(bed.Question("h" + std::to_string(i) + ".example.com"), [&, i](const DnsSample& sample) {
        ++(AnswerSet(sample) == Right{"192.0.2." + std::to_string(i)} ? right : wrong);
      });
    }
    REQUIRE(RunUntil(bed.loop, [&] { return right + wrong == 50; }));
    CHECK(wrong == 0);
    bed.server.on_request = [&](const Request& request) { bed.Reply(request, kRight); };
    for (int i = 0; i < 10; ++i) CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.tls.accepted() == 1);
  }

  TEST_CASE("the time in a cache of HTTP is taken off the TTLs") {
    Bed bed;
    const auto ttl_at = [&](const std::string& age) {
      bed.server.on_request = [&](const Request& request) {
        bed.server.Respond(request, {.head = {{"content-type", "application/dns-message"}, {"age", age}},
                                     .body = ReplyTo(request.body, kRight)});
      };
      return AnswerTtl(bed.Ask());
    };
    CHECK(ttl_at("250") == 50s);
    CHECK(ttl_at("301") == 0s);
    CHECK(ttl_at("99999999999999") == 0s);
    CHECK(ttl_at("-5") == 300s);
    CHECK(ttl_at("old") == 300s);
  }

  TEST_CASE("what is no DNS message is told by its status, its type or its size") {
    Bed bed;
    CHECK(bed.Fault({.status = 502}) == "HTTP 502");
    CHECK(bed.Fault({.status = 404, .head = {{"content-type", "text/html"}}, .body = Octets(100)}) == "HTTP 404");
    CHECK(bed.Fault({.status = 302, .head = {{"location", "https://dns.test/elsewhere"}}}) == "HTTP 302");
    CHECK(bed.Fault({.head = {{"content-type", "text/html; charset=utf-8"}}, .body = Octets(100)}) ==
          "content type text/html; charset=utf-8");
    CHECK(bed.Fault({.head = {}, .body = Octets(100)}) == "no content type");
    CHECK(bed.Fault({.body = Octets(1'000'000)}) == "a body of more than 65535 octets");
    CHECK(bed.Fault({.body = Octets(65'536)}) == "a body of more than 65535 octets");
    CHECK(bed.Fault({.endless = true}) == "a body of more than 65535 octets");
    CHECK(bed.Fault({.status = 500, .endless = true}) == "HTTP 500");
    CHECK(bed.server.requests().size() == 9);  // no redirect was followed, and nothing asked twice
    CHECK(bed.Fault({.head = {{"content-type", "text/\x1b[31mred"}}, .body = Octets(1)}) != "");
  }

  TEST_CASE("a type in capitals and with a parameter is the type") {
    Bed bed;
    bed.server.on_request = [&](const Request& request) {
      bed.server.Respond(
          request, {.head = {{"content-type", "Application/DNS-Message; x=y"}}, .body = ReplyTo(request.body, kRight)});
    };
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
  }

  TEST_CASE("a body that is no reply to the question is malformed") {
    Bed bed;
    bed.server.on_request = [&](const Request& request) {
      Octets reply = ReplyTo(request.body, kRight);
      reply[14] = '2';
      bed.server.Respond(request, {.body = reply});
    };
    DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kMalformed);
    CHECK(sample.error == "the body is no reply to the question");
    CHECK(sample.forged == 1);
    bed.AnswerWith({});
    CHECK(bed.Ask().outcome == DnsOutcome::kMalformed);
    bed.server.on_request = [&](const Request& request) {
      Octets reply = ReplyTo(request.body, kRight);
      reply.pop_back();
      bed.server.Respond(request, {.body = reply});
    };
    sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kMalformed);
    CHECK(sample.error.starts_with("octet "));
  }

  TEST_CASE("HTTP/1.1 is refused") {
    EventLoop loop;
    FakeTlsServer old(loop, GoodCertificate(), "http/1.1");
    old.on_text = [&](int connection, const Octets& text) {
      if (text.size() < 100) return;  // the head; the query follows it or comes with it
      const std::string head =
          "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\nContent-Length: 12\r\n\r\n0123456789ab";
      old.Send(connection, Octets(head.begin(), head.end()));
    };
    DnsClient client(loop, std::nullopt);
    std::optional<DnsSample> sample;
    DnsQuestion question = QuestionTo(old.endpoint());
    question.transport = Transport::kHttps;
    question.url = "https://dns.test/";
    client.Ask(question, [&](DnsSample got) { sample = std::move(got); });
    REQUIRE(RunUntil(loop, [&] { return sample.has_value(); }));
    CHECK(sample->outcome == DnsOutcome::kHttpFailed);
    CHECK(sample->error == "HTTP/1.1, where DNS needs HTTP/2");
  }

  TEST_CASE("an idle connection that the server closed is made anew without anyone noticing") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    bed.server.tls.CloseAll();
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.tls.accepted() == 2);
  }

  TEST_CASE("a question that meets a kept-open connection as it closes is asked once more on a new one") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    bed.server.on_request = [&](const Request& request) {
      if (bed.server.requests().size() == 2) return bed.server.Close(request);
      bed.Reply(request, kRight);
    };
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.tls.accepted() == 2);
  }

  TEST_CASE("a server that closes or resets after each query fails, and is asked no more than twice at a time") {
    Bed bed;
    bed.server.on_request = [&](const Request& request) { bed.server.Close(request); };
    for (int i = 0; i < 3; ++i) {
      const DnsSample sample = bed.Ask();
      // which of them is libcurl's affair
      CHECK((sample.outcome == DnsOutcome::kUnreachable || sample.outcome == DnsOutcome::kHttpFailed));
      CHECK(sample.error != "");
    }
    CHECK(bed.server.requests().size() <= 6);
    bed.server.on_request = [&](const Request& request) { bed.server.Reset(request); };
    const DnsSample reset = bed.Ask();
    CHECK(reset.outcome == DnsOutcome::kHttpFailed);
    CHECK(reset.error.find("INTERNAL_ERROR") != std::string::npos);
  }

  TEST_CASE("a silent server times out, and the next question does not trust its connection") {
    Bed bed;
    bed.server.on_request = nullptr;
    DnsQuestion question = bed.Question();
    question.timeout = 200ms;
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kTimeout);
    CHECK(sample.error == "");
    bed.server.on_request = [&](const Request& request) { bed.Reply(request, kRight); };
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.tls.accepted() == 2);
  }

  TEST_CASE("a handshake that stalls is a timeout which says so, and a closed port is told as by the system") {
    Bed bed;
    bed.server.tls.stalls = true;
    DnsQuestion question = bed.Question();
    question.timeout = 200ms;
    const DnsSample stalled = bed.Ask(question);
    CHECK(stalled.outcome == DnsOutcome::kTimeout);
    CHECK(stalled.error == "the TLS handshake took too long");
    {
      const FakeServer gone(bed.loop);
      question.via.server = gone.endpoint();
    }
    const DnsSample refused = bed.Ask(question);
    CHECK(refused.outcome == DnsOutcome::kUnreachable);
    CHECK(refused.error == "Connection refused");
  }

  TEST_CASE("a certificate must stand in time, be signed by a CA that we trust, and be for the host of the URL") {
    const auto ask = [](const lab::Certificate& certificate) {
      Bed bed(certificate);
      const DnsSample sample = bed.Ask();
      CHECK(sample.outcome == DnsOutcome::kTlsFailed);
      return sample.error;
    };
    CHECK(ask(TrustedCa().Issue("expired", {"DNS:dns.test"}, -1)) ==
          "SSL certificate problem: certificate has expired");
    CHECK(ask(TrustedCa().Issue("other", {"DNS:dns.example"})) ==
          "SSL: no alternative certificate subject name matches target host name 'dns.test'");
    const TemporaryFolder folder;
    const lab::TestCa stranger(folder.path());
    CHECK(ask(stranger.Issue("stranger", {"DNS:dns.test"})) ==
          "SSL certificate problem: unable to get local issuer certificate");
  }

  TEST_CASE("the address asked is the one in the question, whatever the URL's host has, and they share nothing") {
    Bed bed;
    FakeHttpsServer other(bed.loop);
    other.on_request = [&](const Request& request) { other.Respond(request, {.status = 503}); };
    DnsQuestion to_other = bed.Question();
    to_other.via.server = other.tls.endpoint();
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.Ask(to_other).error == "HTTP 503");
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.requests().size() == 2);
    CHECK(other.requests().size() == 1);
  }

  TEST_CASE("a proxy in the environment is not asked") {
    setenv("https_proxy", "http://127.0.0.1:9", 1);
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    unsetenv("https_proxy");
  }

  TEST_CASE("a FORMERR is asked once more without EDNS") {
    Bed bed;
    bed.server.on_request = [&](const Request& request) {
      bed.Reply(request, request.body.at(11) == 1 ? ReplyParts{.rcode = 1, .question = false} : kRight);
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.sends == 2);
  }

  TEST_CASE("questions in flight end without their Done when the client goes") {
    EventLoop loop;
    FakeHttpsServer server(loop);
    {
      DnsClient client(loop, std::nullopt);
      DnsQuestion question = QuestionTo(server.tls.endpoint());
      question.transport = Transport::kHttps;
      question.url = "https://dns.test/dns-query";
      client.Ask(question, [](const DnsSample&) { FAIL("told after the end"); });
      bool later = false;
      Timer timer(loop);
      timer.Start(20ms, [&] { later = true; });
      RunUntil(loop, [&] { return later; });
    }
    CHECK(server.tls.accepted() == 1);
  }
}

}  // namespace dialwatch::probes
