#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <set>

#include "probes/dns/frame_reader.h"
#include "tests/probes/dns/client_bed.h"
#include "tests/probes/dns/fake_tls_server.h"
#include "tests/probes/dns/server_process.h"

// DNS over TLS through the client, against servers that behave and servers that do not.
namespace dialwatch::probes {
namespace {

using Right = std::vector<std::string>;

const ReplyParts kRight{.answers = {ARecord(300, "192.0.2.1")}};
const Octets kForgedAnswer = ARecord(86400, "203.0.113.66");

Octets Framed(const Octets& message) {
  return Word(static_cast<unsigned>(message.size())) + message;
}

struct Bed {
  struct Query {
    FakeTlsServer::Connection connection;
    Octets wire;
  };
  std::map<int, FrameReader> frames;
  EventLoop loop;
  FakeTlsServer server;
  DnsClient client{loop, std::nullopt};
  std::vector<Query> queries;
  std::function<void(const Query&)> on_query = [this](const Query& query) { Reply(query, kRight); };

  explicit Bed(const lab::Certificate& certificate = GoodCertificate()) : server(loop, certificate, "dot") {
    server.on_close = [this](int connection) { frames.erase(connection); };
    server.on_text = [this](int connection, const Octets& text) {
      FrameReader& reader = frames[connection];
      reader.Add(text);
      while (const auto message = reader.Next()) {
        queries.push_back({connection, Octets(message->begin(), message->end())});
        if (on_query) on_query(Query(queries.back()));
        if (!frames.contains(connection)) return;
      }
    };
  }

  void Reply(const Query& to, const ReplyParts& parts) { server.Send(to.connection, Framed(ReplyTo(to.wire, parts))); }
  DnsQuestion Question(const std::string& host = "d1.example.com") const {
    DnsQuestion question = QuestionTo(server.endpoint(), host);
    question.transport = Transport::kTls;
    question.tls_name = "dns.test";
    return question;
  }
  DnsSample Ask(const DnsQuestion& question) {
    std::optional<DnsSample> sample;
    client.Ask(question, [&](DnsSample got) { sample = std::move(got); });
    RunUntil(loop, [&] { return sample.has_value(); });
    return sample.value_or(DnsSample{});
  }
  DnsSample Ask() { return Ask(Question()); }
};

bool IsOver(int socket) {
  pollfd watched{socket, 0, 0};
  return poll(&watched, 1, 0) == 1 && (watched.revents & POLLHUP) != 0;
}

DnsSample AskWith(const lab::Certificate& certificate, const std::string& tls_name = "dns.test") {
  Bed bed(certificate);
  DnsQuestion question = bed.Question();
  question.tls_name = tls_name;
  return bed.Ask(question);
}

}  // namespace

TEST_SUITE("probes/dns/tls") {
  TEST_CASE("an answer over TLS is one like any other, and says how it came") {
    Bed bed;
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.error == "");
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.transport == Transport::kTls);
    CHECK(sample.sends == 1);
    CHECK(sample.forged == 0);
    CHECK(sample.rtt > 0us);
    CHECK(sample.rtt < 2s);
    REQUIRE(bed.queries.size() == 1);
    CHECK(bed.queries[0].wire.size() == 128);  // padded
  }

  TEST_CASE("many questions share one connection, and their answers may come in any order") {
    Bed bed;
    bed.on_query = [&](const Bed::Query&) {
      if (bed.queries.size() < 50) return;
      for (auto query = bed.queries.rbegin(); query != bed.queries.rend(); ++query) {
        const std::string name = QuestionName(query->wire);
        bed.Reply(*query, {.answers = {ARecord(300, "192.0.2." + name.substr(1, name.find('.') - 1))}});
      }
    };
    std::set<std::string> wrong, right;
    for (int i = 0; i < 50; ++i) {
      bed.client.Ask(bed.Question("h" + std::to_string(i) + ".example.com"), [&, i](const DnsSample& sample) {
        (AnswerSet(sample) == Right{"192.0.2." + std::to_string(i)} ? right : wrong).insert(sample.host);
      });
    }
    REQUIRE(RunUntil(bed.loop, [&] { return right.size() + wrong.size() == 50; }));
    CHECK(wrong.empty());
    bed.on_query = [&](const Bed::Query& query) { bed.Reply(query, kRight); };
    for (int i = 0; i < 10; ++i) CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.accepted() == 1);
    std::set<int> ids;
    for (std::size_t i = 0; i < 50; ++i) ids.insert(bed.queries[i].wire[0] << 8 | bed.queries[i].wire[1]);
    CHECK(ids.size() == 50);
  }

  TEST_CASE("an idle connection that the server closed is made anew without anyone noticing, with its ticket") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    bed.server.CloseAll();
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(bed.server.accepted() == 2);
    CHECK(bed.server.resumed() == 1);
  }

  TEST_CASE("a question that meets a kept-open connection as it closes is asked once more on a new one") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    bed.on_query = [&](const Bed::Query& query) {
      if (bed.queries.size() == 2) return bed.server.Close(query.connection);
      bed.Reply(query, kRight);
    };
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.sends == 2);
    CHECK(bed.server.accepted() == 2);
  }

  TEST_CASE("a server that closes after each query is unreachable, and asked no more than twice") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    bed.on_query = [&](const Bed::Query& query) { bed.server.Close(query.connection); };
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kUnreachable);
    CHECK(sample.error == "the server closed the TLS connection before it sent a reply");
    CHECK(bed.queries.size() == 3);
    const DnsSample fresh = bed.Ask();
    CHECK(fresh.outcome == DnsOutcome::kUnreachable);
    CHECK(fresh.sends == 1);
  }

  TEST_CASE("a connection closed in the middle of a reply says how far it came, to all who wait") {
    Bed bed;
    bed.on_query = [&](const Bed::Query& query) {
      if (bed.queries.size() < 3) return;
      bed.server.Send(query.connection, Word(48) + Octets(17));
      bed.server.Close(query.connection);
    };
    int told = 0;
    for (int i = 0; i < 3; ++i) {
      bed.client.Ask(bed.Question(), [&](const DnsSample& sample) {
        CHECK(sample.outcome == DnsOutcome::kUnreachable);
        CHECK(sample.error == "the server closed the TLS connection after 17 of 48 octets");
        ++told;
      });
    }
    CHECK(RunUntil(bed.loop, [&] { return told == 3; }));
  }

  TEST_CASE("a silent server times out, and does not keep another one waiting") {
    Bed silent;
    silent.on_query = nullptr;
    FakeTlsServer other(silent.loop, GoodCertificate(), "dot");
    FrameReader frames;
    other.on_text = [&](int connection, const Octets& text) {
      frames.Add(text);
      while (const auto query = frames.Next()) {
        other.Send(connection, Framed(ReplyTo(Octets(query->begin(), query->end()), kRight)));
      }
    };
    DnsQuestion unanswered = silent.Question();
    unanswered.timeout = 400ms;
    std::optional<DnsSample> timeout;
    silent.client.Ask(unanswered, [&](DnsSample sample) { timeout = std::move(sample); });
    DnsQuestion answered = silent.Question();
    answered.via.server = other.endpoint();
    CHECK(silent.Ask(answered).outcome == DnsOutcome::kAnswered);
    CHECK_FALSE(timeout);
    REQUIRE(RunUntil(silent.loop, [&] { return timeout.has_value(); }));
    CHECK(timeout->outcome == DnsOutcome::kTimeout);
    CHECK(timeout->error == "");
    // what was silent so long is not trusted with the next question
    silent.on_query = [&](const Bed::Query& query) { silent.Reply(query, kRight); };
    CHECK(silent.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(silent.server.accepted() == 2);
  }

  TEST_CASE("a reply that comes too late is no forgery") {
    Bed bed;
    bed.on_query = [&](const Bed::Query& query) {
      if (QuestionName(query.wire) != "late.example.com") bed.Reply(query, kRight);
    };
    DnsQuestion impatient = bed.Question("late.example.com");
    impatient.timeout = 200ms;
    std::optional<DnsSample> late;
    bed.client.Ask(impatient, [&](DnsSample sample) { late = std::move(sample); });
    REQUIRE(RunUntil(bed.loop, [&] { return bed.queries.size() == 1; }));
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);  // so the connection is not silent, and stays
    REQUIRE(RunUntil(bed.loop, [&] { return late.has_value(); }));
    CHECK(late->outcome == DnsOutcome::kTimeout);
    bed.on_query = [&](const Bed::Query& query) {
      bed.Reply(bed.queries[0], {.answers = {kForgedAnswer}});
      bed.Reply(query, kRight);
    };
    const DnsSample next = bed.Ask();
    CHECK(AnswerSet(next) == Right{"192.0.2.1"});
    CHECK(next.forged == 0);
    CHECK(bed.server.accepted() == 1);
  }

  TEST_CASE("a handshake that stalls is a timeout which says so") {
    Bed bed;
    bed.server.stalls = true;
    DnsQuestion question = bed.Question();
    question.timeout = 200ms;
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kTimeout);
    CHECK(sample.error == "the TLS handshake took too long");
  }

  TEST_CASE("a port that nobody listens on is told in the words of the system") {
    Bed bed;
    DnsQuestion question = bed.Question();
    {
      const FakeServer gone(bed.loop);
      question.via.server = gone.endpoint();
    }
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kUnreachable);
    CHECK(sample.error == "Connection refused");
  }

  TEST_CASE("a server that speaks no TLS fails the handshake") {
    Bed bed;
    bed.server.greeting = "SSH-2.0-OpenSSH_9.2\r\n";
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "TLS: wrong version number");
    bed.server.greeting = {};
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
  }

  TEST_CASE("a connection closed during the handshake is a failed one") {
    Bed bed;
    bed.server.closes = true;
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "the server closed the connection during the TLS handshake");
  }

  TEST_CASE("a certificate must stand in time, be signed by a CA that we trust, and be for the name asked") {
    const auto expired = TrustedCa().Issue("expired", {"DNS:dns.test"}, -1);
    DnsSample sample = AskWith(expired);
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: certificate has expired");

    sample = AskWith(GoodCertificate(), "dns.example");
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: hostname mismatch");

    const TemporaryFolder folder;
    const lab::TestCa stranger(folder.path());
    sample = AskWith(stranger.Issue("stranger", {"DNS:dns.test"}));
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: unable to get local issuer certificate");

    sample = AskWith({stranger.certificate(), folder.path() / "ca.key"});
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: self-signed certificate");
  }

  TEST_CASE("without a name the address must stand in the certificate") {
    CHECK(AskWith(GoodCertificate(), "").outcome == DnsOutcome::kAnswered);
    const DnsSample sample = AskWith(TrustedCa().Issue("name-only", {"DNS:dns.test"}), "");
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "certificate: IP address mismatch");
  }

  TEST_CASE("names do not share a connection") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    DnsQuestion other = bed.Question();
    other.tls_name = "dns.example";
    CHECK(bed.Ask(other).outcome == DnsOutcome::kTlsFailed);
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
  }

  TEST_CASE("what comes after a good handshake and is not TLS ends the connection") {
    Bed bed;
    bed.on_query = [&](const Bed::Query& query) {
      send(query.connection, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, MSG_NOSIGNAL);
    };
    const DnsSample sample = bed.Ask();
    CHECK(sample.outcome == DnsOutcome::kTlsFailed);
    CHECK(sample.error == "TLS: wrong version number");
  }

  TEST_CASE("the right reply is found behind 10,000 forged ones") {
    Bed bed;
    bed.on_query = [&](const Bed::Query& query) {
      Octets flood;
      for (unsigned i = 1; i <= 10'000; ++i) {
        const unsigned id = (static_cast<unsigned>(query.wire[0] << 8 | query.wire[1]) + i) & 0xFFFF;
        const Octets forged = Framed(ReplyTo(query.wire, {.answers = {kForgedAnswer}, .id = id}));
        flood.insert(flood.end(), forged.begin(), forged.end());
      }
      bed.server.Send(query.connection, flood + Framed(ReplyTo(query.wire, kRight)));
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.forged == 10'000);
  }

  TEST_CASE("a server that talks on unasked loses its connection") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    bool closed = false;
    bed.server.on_close = [&](int) { closed = true; };
    bed.Reply(bed.queries[0], kRight);
    CHECK(RunUntil(bed.loop, [&] { return closed; }));
    bed.server.on_close = nullptr;
  }

  TEST_CASE("a server that has TLS answer without end and reads nothing loses its connection") {
    Bed bed;
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    const int connection = bed.queries[0].connection;
    bed.server.StopReading(connection);
    Timer talk(bed.loop);
    talk.StartRepeating(1ms, [&] {
      for (int i = 0; i < 5000 && bed.server.Unsent(connection) == 0; ++i) bed.server.RequestKeyUpdate(connection);
    });
    CHECK(RunUntil(bed.loop, [&] { return IsOver(connection); }));
  }

  TEST_CASE("a FORMERR is asked once more without EDNS, on the same connection") {
    Bed bed;
    bed.on_query = [&](const Bed::Query& query) {
      bed.Reply(query, query.wire.at(11) == 1 ? ReplyParts{.rcode = 1, .question = false} : kRight);
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.sends == 2);
    CHECK(bed.server.accepted() == 1);
  }

  TEST_CASE("questions in flight end without their Done when the client goes") {
    EventLoop loop;
    FakeTlsServer server(loop, GoodCertificate(), "dot");
    {
      DnsClient client(loop, std::nullopt);
      DnsQuestion question = QuestionTo(server.endpoint());
      question.transport = Transport::kTls;
      client.Ask(question, [](const DnsSample&) { FAIL("told after the end"); });
    }
    CHECK(RunUntil(loop, [&] { return server.accepted() == 1; }));
  }
}

}  // namespace dialwatch::probes
