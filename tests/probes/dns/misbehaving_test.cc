#include <doctest/doctest.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/names.h"
#include "tests/probes/dns/client_bed.h"
#include "tests/probes/dns/fake_https_server.h"

// Of AddressSanitizer, under which malloc's own count is 0; null without it.
extern "C" [[gnu::weak]] std::size_t
__sanitizer_get_current_allocated_bytes();  // NOLINT(readability-identifier-naming)

// Servers that do everything wrong, over every transport, one question after the other: each has an outcome, and none
// leaves anything behind.
namespace dialwatch::probes {
namespace {

const ReplyParts kRight{.answers = {ARecord(300, "192.0.2.1")}};
const Octets kForgedAnswer = ARecord(86400, "203.0.113.66");

std::size_t HeapInUse() {
  return __sanitizer_get_current_allocated_bytes != nullptr ? __sanitizer_get_current_allocated_bytes()
                                                            : mallinfo2().uordblks;
}

// A message as wrong as `pick` says; the right one among them.
Octets Misanswer(const Octets& query, unsigned pick) {
  const Octets right = ReplyTo(query, kRight);
  const auto cut = [&](std::size_t size) { return Octets(right.begin(), right.begin() + static_cast<long>(size)); };
  switch (pick % 10) {
    case 0:
      return cut(pick / 10 % right.size());
    case 1:  // compression loop
      return ReplyTo(query, {.answers = {Word(0xC020) + Word(1) + Word(1) + Octets(4) + Word(0)}});
    case 2:
      return ReplyTo(query, {.answers = {kForgedAnswer}, .id = query[0] ^ 1U});
    case 3:
      return ReplyTo(query, {.rcode = 1, .question = false});
    case 4: {
      Octets other = ReplyTo(query, {.answers = {kForgedAnswer}});
      other[14] ^= 1;
      return other;
    }
    case 5:  // up to 64 kB
      return ReplyTo(query, {.answers = std::vector<Octets>(pick % 100 == 5 ? 4000 : 40, kForgedAnswer)});
    case 6:
      return ReplyTo(query, {.additional = {Opt(Octets(pick % 9, 0xFF))}});  // options cut anywhere
    case 7: {
      Octets noise = right;
      for (std::size_t i = 12; i < noise.size(); ++i) noise[i] = static_cast<std::uint8_t>(noise[i] + pick * i);
      return noise;
    }
    case 8:
      return ReplyTo(query, {.rcode = 5, .question = false});
    default:
      return right;
  }
}

Octets Framed(const Octets& message) {
  return Word(static_cast<unsigned>(message.size())) + message;
}

class Misbehaving {
 public:
  explicit Misbehaving(EventLoop& loop)
      : plain_(loop),
        tls_(loop, GoodCertificate(), "dot"),
        https_(loop),
        stalling_(loop, GoodCertificate(), "dot"),
        expired_(loop, TrustedCa().Issue("expired", {"DNS:dns.test"}, -1), "dot"),
        closing_(loop, GoodCertificate(), "dot"),
        other_(loop, GoodCertificate(), "http/1.1") {
    stalling_.stalls = true;
    closing_.closes = true;
    plain_.on_query = [this](const FakeServer::Query& query) { OnPlain(query); };
    tls_.on_text = [this](int connection, const Octets& text) { OnTls(connection, text); };
    tls_.on_close = [this](int connection) { frames_.erase(connection); };
    https_.on_request = [this](const FakeHttpsServer::Request& request) { OnHttps(request); };
  }
  ~Misbehaving() { tls_.on_close = nullptr; }

  DnsQuestion Question(unsigned i) {
    DnsQuestion question = QuestionTo(plain_.endpoint());
    question.timeout = 150ms;
    question.tls_name = "dns.test";
    question.url = "https://dns.test/dns-query";
    question.transport = static_cast<Transport>(i % 4);
    if (question.transport == Transport::kTls) question.via.server = tls_.endpoint();
    if (question.transport == Transport::kHttps) question.via.server = https_.tls.endpoint();
    if (i % 4 < 2 || i % 24 > 3) return question;
    FakeTlsServer* const bad[] = {&stalling_, &expired_, &closing_, &other_};
    question.via.server = bad[i / 24 % 4]->endpoint();
    return question;
  }

  // Lets go of all that it holds of the past.
  void Settle() {
    plain_.ForgetQueries();
    https_.ForgetRequests();
    for (FakeTlsServer* server : {&tls_, &https_.tls, &stalling_, &expired_, &closing_, &other_}) server->CloseAll();
  }

 private:
  void OnPlain(const FakeServer::Query& query) {
    const unsigned pick = pick_++;
    if (pick % 13 == 0) return;
    if (query.tcp() && pick % 7 == 0) {
      plain_.SendRaw(query, Word(48) + Octets(pick % 48));
      return plain_.CloseConnection(query);
    }
    if (!query.tcp() && pick % 7 == 0) return plain_.Send(query, ReplyTo(query.wire, {.truncated = true}));
    for (unsigned i = 0; i < 20 && pick % 11 == 0; ++i) plain_.Send(query, Misanswer(query.wire, 2));
    plain_.Send(query, Misanswer(query.wire, pick));
  }

  void OnTls(int connection, const Octets& text) {
    FrameReader& reader = frames_[connection];
    reader.Add(text);
    while (const auto message = reader.Next()) {
      const Octets query(message->begin(), message->end());
      const unsigned pick = pick_++;
      if (pick % 13 == 0) continue;
      if (pick % 29 == 1) {
        tls_.Send(connection, Word(48) + Octets(pick % 48));
        return tls_.Close(connection);
      }
      if (pick % 31 == 1) {
        send(connection, "nonsense", 8, MSG_NOSIGNAL);
        return tls_.Close(connection);
      }
      for (unsigned i = 0; i < 20 && pick % 11 == 0; ++i) tls_.Send(connection, Framed(Misanswer(query, 2)));
      tls_.Send(connection, Framed(Misanswer(query, pick)));
    }
  }

  void OnHttps(const FakeHttpsServer::Request& request) {
    const unsigned pick = pick_++;
    switch (pick % 17) {
      case 0:
        return;
      case 1:
        return https_.Close(request);
      case 2:
        return https_.Reset(request);
      case 3:
        return https_.Respond(request, {.status = 502});
      case 4:
        return https_.Respond(request, {.head = {{"content-type", "text/html"}}, .body = Octets(3000)});
      case 5:
        return https_.Respond(request, {.body = Octets(1 << 20)});
      case 6:
        return https_.Respond(request, {.endless = true});
      case 7:
        return https_.Respond(request, {.status = 301, .head = {{"location", "/"}}});
      default:
        return https_.Respond(request, {.body = Misanswer(request.body, pick)});
    }
  }

  std::map<int, FrameReader> frames_;
  FakeServer plain_;
  FakeTlsServer tls_;
  FakeHttpsServer https_;
  FakeTlsServer stalling_, expired_, closing_, other_;
  unsigned pick_ = 0;
};

}  // namespace

TEST_SUITE("probes/dns/misbehaving") {
  // 100,000 with DIALWATCH_EXCHANGES=100000, as for a release.
  TEST_CASE("no exchange with a misbehaving server leaves anything behind") {
    const char* wanted = std::getenv("DIALWATCH_EXCHANGES");
    const unsigned total = wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 1200;
    constexpr std::size_t kOutstanding = 16;
    EventLoop loop;
    Misbehaving servers(loop);
    DnsClient client(loop, std::nullopt);
    unsigned asked = 0, ended = 0;
    std::map<DnsOutcome, unsigned> outcomes;
    std::vector<std::size_t> heap;  // in use after each quarter
    std::function<void()> ask = [&] {
      client.Ask(servers.Question(asked++), [&](const DnsSample& sample) {
        ++ended;
        ++outcomes[sample.outcome];
        if (asked < total / 4 * (heap.size() + 1)) ask();
      });
    };
    // a quarter at a time, with nothing in flight between them
    while (heap.size() < 4) {
      for (std::size_t i = 0; i < kOutstanding; ++i) ask();
      REQUIRE(RunUntil(
          loop, [&] { return ended == asked; }, 3600s));
      servers.Settle();
      heap.push_back(HeapInUse());
    }
    for (const auto& [outcome, count] : outcomes) MESSAGE(base::NameOf(outcome) << ": " << count);
    for (const std::size_t octets : heap) MESSAGE(octets << " octets of heap in use");
    for (const DnsOutcome outcome : {DnsOutcome::kAnswered, DnsOutcome::kTimeout, DnsOutcome::kUnreachable,
                                     DnsOutcome::kMalformed, DnsOutcome::kTlsFailed, DnsOutcome::kHttpFailed}) {
      CHECK(outcomes[outcome] > total / 50);
    }
    CHECK(outcomes[DnsOutcome::kNotAsked] == 0);
    CHECK(heap[0] > 0);
    CHECK(std::min(heap[2], heap[3]) < std::min(heap[0], heap[1]) + (std::size_t{512} << 10));
  }

  TEST_CASE("64 kB over TCP may come in single octets") {
    ClientBed bed;
    std::size_t at = 0;
    Octets stream;
    std::function<void()> send_one;
    bed.server.on_query = [&](const FakeServer::Query& query) {
      const int on = 1;
      setsockopt(query.connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      stream = Framed(ReplyTo(query.wire, {.answers = std::vector<Octets>(4000, ARecord(300, "192.0.2.1"))}));
      send_one = [&, query] {
        bed.server.SendRaw(query, {stream[at]});
        if (++at < stream.size()) bed.loop.Post(send_one);
      };
      send_one();
    };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.transport = Transport::kTcp;
    question.timeout = 20s;
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.answers.size() == 512);  // as many as a sample keeps
    CHECK(at == 2 + 32 + 16 * 4000);
  }
}

}  // namespace dialwatch::probes
