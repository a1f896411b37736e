#include "probes/dns/exchange.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "tests/probes/dns/client_bed.h"

// What counts as the reply, seen through the client, against servers that misbehave.
namespace dialwatch::probes {
namespace {

using Query = FakeServer::Query;
using Right = std::vector<std::string>;

const ReplyParts kRight{.answers = {ARecord(300, "192.0.2.1")}};
const Octets kForgedAnswer = ARecord(86400, "203.0.113.66");

bool HasOpt(const Query& query) {
  return query.wire.at(11) == 1;
}

// Asks a server that sends `octets` first and then the right answer.
DnsSample AskAfter(const std::function<Octets(const Octets& query)>& first) {
  ClientBed bed;
  bed.server.on_query = [&](const Query& query) {
    bed.server.Send(query, first(query.wire));
    bed.server.Send(query, ReplyTo(query.wire, kRight));
  };
  return bed.Ask();
}

}  // namespace

TEST_SUITE("probes/dns/exchange") {
  TEST_CASE("datagrams that do not belong to the query are counted, and the wait goes on") {
    const std::vector<std::function<Octets(const Octets&)>> forgeries{
        [](const Octets& query) {
          const unsigned other = static_cast<unsigned>((query[0] << 8 | query[1]) + 1) & 0xFFFF;
          return ReplyTo(query, {.answers = {kForgedAnswer}, .id = other});
        },
        [](const Octets& query) {  // another question
          Octets reply = ReplyTo(query, {.answers = {kForgedAnswer}});
          reply[14] = '2';
          return reply;
        },
        [](const Octets& query) { return query; },
        [](const Octets&) { return Octets{}; },
        [](const Octets& query) { return Octets(query.begin(), query.begin() + 11); },
    };
    for (const auto& forgery : forgeries) {
      const DnsSample sample = AskAfter(forgery);
      CHECK(sample.outcome == DnsOutcome::kAnswered);
      CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
      CHECK(sample.forged == 1);
      CHECK(sample.sends == 1);
    }
  }

  TEST_CASE("a reply that ends too early is forged within the question and malformed behind it") {
    constexpr std::size_t kQuestionEnd = 32;
    constexpr std::size_t kSize = 48;
    for (std::size_t size = 0; size < kSize; ++size) {
      CAPTURE(size);
      const DnsSample sample = AskAfter([&](const Octets& query) {
        Octets reply = ReplyTo(query, kRight);
        REQUIRE(reply.size() == kSize);
        reply.resize(size);
        return reply;
      });
      if (size < kQuestionEnd) {
        CHECK(sample.outcome == DnsOutcome::kAnswered);
        CHECK(sample.forged == 1);
      } else {
        CHECK(sample.outcome == DnsOutcome::kMalformed);
        CHECK(sample.error.starts_with("octet "));
        CHECK(sample.answers.empty());
      }
    }
  }

  TEST_CASE("a compression loop is malformed") {
    const DnsSample sample = AskAfter([](const Octets& query) {
      return ReplyTo(query, {.answers = {Word(0xC020) + Word(1) + Word(1) + Octets(4) + Word(0)}});
    });
    CHECK(sample.outcome == DnsOutcome::kMalformed);
    CHECK(sample.error == "octet 32: a compression pointer does not lead backwards");
  }

  TEST_CASE("a reply from another address is not even seen") {
    ClientBed bed;
    FakeServer other(bed.loop);
    bed.server.on_query = [&](const Query& query) {
      other.Send(query, ReplyTo(query.wire, {.answers = {kForgedAnswer}}));
      bed.server.Send(query, ReplyTo(query.wire, kRight));
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.forged == 0);
  }

  TEST_CASE("the right reply is found behind 10,000 forged ones") {
    ClientBed bed;
    Timer more(bed.loop);
    int sent = 0;
    bed.server.on_query = [&](const Query& query) {
      more.StartRepeating(1ms, [&, query] {
        for (int i = 0; i < 50 && sent < 10'000; ++i, ++sent) {
          const unsigned id = static_cast<unsigned>((query.wire[0] << 8 | query.wire[1]) + 1 + sent) & 0xFFFF;
          bed.server.Send(query, ReplyTo(query.wire, {.answers = {kForgedAnswer}, .id = id}));
        }
        if (sent < 10'000) return;
        bed.server.Send(query, ReplyTo(query.wire, kRight));
        more.Stop();
      });
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.forged == 10'000);
    CHECK(sample.sends == 1);
  }

  TEST_CASE("a server that answers everything twice does no harm") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      for (int i = 0; i < 2; ++i) bed.server.Send(query, ReplyTo(query.wire, kRight));
    };
    for (int i = 0; i < 30; ++i) CHECK(AnswerSet(bed.Ask()) == Right{"192.0.2.1"});
    CHECK(bed.server.queries().size() == 30);
  }

  TEST_CASE("a FORMERR is asked once more without EDNS") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      bed.server.Send(query, ReplyTo(query.wire, HasOpt(query) ? ReplyParts{.rcode = 1, .question = false} : kRight));
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.sends == 2);
    CHECK(sample.nsid == "");
    bed.AnswerWith({.rcode = 1});
    const DnsSample never = bed.Ask();
    CHECK(never.outcome == DnsOutcome::kAnswered);
    CHECK(never.rcode == 1);
    CHECK(never.sends == 2);
  }

  TEST_CASE("a truncated reply is asked for over TCP") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      bed.server.Send(query, ReplyTo(query.wire, query.tcp() ? kRight : ReplyParts{.truncated = true}));
    };
    const DnsSample sample = bed.Ask();
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.transport == Transport::kTcp);
    CHECK(sample.sends == 2);
  }

  TEST_CASE("a truncated reply may be cut anywhere") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      Octets cut = ReplyTo(query.wire, {.answers = {kForgedAnswer}, .truncated = true});
      cut.pop_back();
      bed.server.Send(query, query.tcp() ? ReplyTo(query.wire, kRight) : cut);
    };
    CHECK(AnswerSet(bed.Ask()) == Right{"192.0.2.1"});
  }

  TEST_CASE("TCP is asked at once where the question says so, and a wrong ID there is no answer either") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      bed.server.Send(query, ReplyTo(query.wire, {.answers = {kForgedAnswer}, .id = query.wire[0] ^ 1}));
      bed.server.Send(query, ReplyTo(query.wire, kRight));
    };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.transport = Transport::kTcp;
    const DnsSample sample = bed.Ask(question);
    CHECK(AnswerSet(sample) == Right{"192.0.2.1"});
    CHECK(sample.forged == 1);
    CHECK(sample.sends == 1);
    REQUIRE(bed.server.queries().size() == 1);
    CHECK(bed.server.queries()[0].tcp());
  }

  TEST_CASE("of a reply of 64 kB a sample keeps 512 records and 64 KiB of text a section") {
    ClientBed bed;
    const auto ask = [&](const std::vector<Octets>& records) {
      bed.AnswerWith({.answers = records, .authority = {ARecord(60, "192.0.2.9")}});
      DnsQuestion question = QuestionTo(bed.server.endpoint());
      question.transport = Transport::kTcp;
      return bed.Ask(question);
    };
    const auto many = ask(std::vector<Octets>(4000, ARecord(300, "192.0.2.1")));
    CHECK(many.outcome == DnsOutcome::kAnswered);
    CHECK(many.answers.size() == 512);
    CHECK(many.answers.capacity() < 1000);
    CHECK(many.authority.size() == 1);
    const auto long_ones = ask(std::vector<Octets>(4, Record(RecordType{65280}, 300, Octets(14'000))));
    CHECK(long_ones.answers.size() == 2);  // 28 kB of hex each
  }

  TEST_CASE("a TCP reply may come octet by octet") {
    ClientBed bed;
    Timer slow(bed.loop);
    std::size_t at = 0;
    bed.server.on_query = [&](const Query& query) {
      const Octets reply = ReplyTo(query.wire, kRight);
      const Octets stream = Word(static_cast<unsigned>(reply.size())) + reply;
      slow.StartRepeating(1ms, [&, query, stream] {
        bed.server.SendRaw(query, {stream[at]});
        if (++at == stream.size()) slow.Stop();
      });
    };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.transport = Transport::kTcp;
    CHECK(AnswerSet(bed.Ask(question)) == Right{"192.0.2.1"});
  }

  TEST_CASE("a TCP connection closed in the middle of a message is told with how far it came") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      bed.server.SendRaw(query, Word(48) + Octets(17));
      bed.server.CloseConnection(query);
    };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.transport = Transport::kTcp;
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kUnreachable);
    CHECK(sample.error == "the server closed the TCP connection after 17 of 48 octets");
    bed.server.on_query = [&](const Query& query) { bed.server.CloseConnection(query); };
    CHECK(bed.Ask(question).error == "the server closed the TCP connection before it sent a reply");
  }

  TEST_CASE("a server without TCP and one that never answers there have an outcome") {
    ClientBed bed;
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.transport = Transport::kTcp;
    question.timeout = 150ms;
    const DnsSample silent = bed.Ask(question);
    CHECK(silent.outcome == DnsOutcome::kTimeout);
    CHECK(silent.transport == Transport::kTcp);
    CHECK(silent.sends == 1);
    {
      const FakeServer gone(bed.loop);
      question.via.server = gone.endpoint();
    }
    const DnsSample refused = bed.Ask(question);
    CHECK(refused.outcome == DnsOutcome::kUnreachable);
    CHECK(refused.error == "Connection refused");
  }
}

}  // namespace dialwatch::probes
