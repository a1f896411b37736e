#include "probes/dns/client.h"

#include <doctest/doctest.h>
#include <sys/socket.h>

#include <set>

#include "tests/probes/dns/client_bed.h"

namespace dialwatch::probes {
namespace {

using Query = FakeServer::Query;

const ReplyParts kRight{.answers = {ARecord(300, "192.0.2.1")}};

}  // namespace

TEST_SUITE("probes/dns/client") {
  TEST_CASE("an answer comes with its flags, TTLs and what EDNS carries") {
    ClientBed bed;
    bed.AnswerWith({.answers = {ARecord(86400, "192.0.2.1"), ARecord(300, "192.0.2.2")},
                    .additional = {Opt(Option(3, "pch1.fra") + Option(15, std::string("\0\x03stale", 7)))},
                    .authoritative = true});
    const DnsSample sample = bed.Ask();
    CHECK(sample.host == "d1.example.com");
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.error == "");
    CHECK(sample.rcode == 0);
    CHECK(sample.aa);
    CHECK(sample.ra);
    CHECK_FALSE(sample.ad);
    CHECK(sample.sends == 1);
    CHECK(sample.forged == 0);
    CHECK(sample.transport == Transport::kUdp);
    CHECK(sample.rtt > 0us);
    CHECK(sample.rtt < 2s);
    CHECK(sample.answers == std::vector<DnsRecord>{{"d1.example.com", RecordType::kA, 86400, "192.0.2.1"},
                                                   {"d1.example.com", RecordType::kA, 300, "192.0.2.2"}});
    CHECK(sample.nsid == "pch1.fra");
    CHECK(sample.extended_errors == std::vector<ExtendedError>{{3, "stale"}});
  }

  TEST_CASE("a SERVFAIL and a REFUSED count as answers") {
    ClientBed bed;
    bed.AnswerWith({.rcode = 2});
    CHECK(bed.Ask().outcome == DnsOutcome::kAnswered);
    CHECK(bed.Ask().rcode == 2);
    bed.AnswerWith({.rcode = 5, .question = false});
    const DnsSample refused = bed.Ask();
    CHECK(refused.outcome == DnsOutcome::kAnswered);
    CHECK(refused.rcode == 5);
    CHECK(refused.sends == 1);
  }

  TEST_CASE("recursion is asked of a resolver, not of an authority") {
    ClientBed bed;
    bed.AnswerWith(kRight);
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    bed.Ask(question);
    question.via.kind = Via::Kind::kAuthority;
    bed.Ask(question);
    REQUIRE(bed.server.queries().size() == 2);
    CHECK((bed.server.queries()[0].wire[2] & 1) == 1);
    CHECK((bed.server.queries()[1].wire[2] & 1) == 0);
  }

  TEST_CASE("done is called from the loop, never from within Ask, and exactly once") {
    ClientBed bed;
    bed.AnswerWith(kRight);
    int called = 0;
    bed.client.Ask(QuestionTo(bed.server.endpoint()), [&](const DnsSample&) { ++called; });
    bed.client.Ask(QuestionTo(bed.server.endpoint(), "no..name"), [&](const DnsSample& sample) {
      CHECK(sample.outcome == DnsOutcome::kNotAsked);
      CHECK(sample.error == "\"no..name\" cannot be asked for: a label is empty");
      ++called;
    });
    CHECK(called == 0);
    CHECK(RunUntil(bed.loop, [&] { return called == 2; }));
    bool later = false;
    Timer timer(bed.loop);
    timer.Start(50ms, [&] { later = true; });
    RunUntil(bed.loop, [&] { return later; });
    CHECK(called == 2);
  }

  TEST_CASE("questions in flight end without their Done when the client goes") {
    EventLoop loop;
    FakeServer silent(loop);
    {
      DnsClient client(loop, std::nullopt);
      client.Ask(QuestionTo(silent.endpoint()), [](const DnsSample&) { FAIL("told after the end"); });
    }
    CHECK(RunUntil(loop, [&] { return silent.queries().size() == 1; }));
  }

  TEST_CASE("silence is asked once more from another port, and a late answer still counts") {
    ClientBed bed;
    bed.server.on_query = [&](const Query& query) {
      if (bed.server.queries().size() == 2) bed.server.Send(query, ReplyTo(query.wire, kRight));
    };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.timeout = 300ms;
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.sends == 2);
    CHECK(sample.rtt < 150ms);  // of the send that was answered
    const auto& queries = bed.server.queries();
    REQUIRE(queries.size() == 2);
    CHECK(queries[0].from.port != queries[1].from.port);
  }

  TEST_CASE("an answer to the first send counts after the second") {
    ClientBed bed;
    bed.server.on_query = [&](const Query&) {
      if (bed.server.queries().size() < 2) return;
      const Query& first = bed.server.queries()[0];
      bed.server.Send(first, ReplyTo(first.wire, kRight));
    };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.timeout = 300ms;
    const DnsSample sample = bed.Ask(question);
    CHECK(sample.outcome == DnsOutcome::kAnswered);
    CHECK(sample.sends == 2);
    CHECK(sample.rtt >= 130ms);
  }

  TEST_CASE("silence ends by the timeout") {
    ClientBed bed;
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.timeout = 200ms;
    const auto start = std::chrono::steady_clock::now();
    const DnsSample sample = bed.Ask(question);
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(sample.outcome == DnsOutcome::kTimeout);
    CHECK(sample.error == "");
    CHECK(sample.sends == 2);
    CHECK(took >= 180ms);
    CHECK(took < 2s);
  }

  TEST_CASE("a closed port is told in the words of the system") {
    ClientBed bed;
    base::Endpoint closed;
    {
      const FakeServer gone(bed.loop);
      closed = gone.endpoint();
    }
    const DnsSample sample = bed.Ask(QuestionTo(closed));
    CHECK(sample.outcome == DnsOutcome::kUnreachable);
    CHECK(sample.error == "Connection refused");
    CHECK(sample.sends == 1);
  }

  TEST_CASE("a source address that is not ours is no way to the server") {
    EventLoop loop;
    DnsClient client(loop, *base::IpAddress::Parse("192.0.2.77"));
    std::optional<DnsSample> sample;
    client.Ask(QuestionTo(*base::Endpoint::Parse("127.0.0.1", 9)), [&](DnsSample got) { sample = std::move(got); });
    REQUIRE(RunUntil(loop, [&] { return sample.has_value(); }));
    CHECK(sample->outcome == DnsOutcome::kUnreachable);
    CHECK(sample->error == "Cannot assign requested address");
    CHECK(sample->sends == 0);
  }

  TEST_CASE("queries leave from the configured source address") {
    EventLoop loop;
    FakeServer server(loop);
    server.on_query = [&](const Query& query) { server.Send(query, ReplyTo(query.wire, kRight)); };
    DnsClient client(loop, *base::IpAddress::Parse("127.0.0.2"));
    bool done = false;
    client.Ask(QuestionTo(server.endpoint()), [&](const DnsSample&) { done = true; });
    REQUIRE(RunUntil(loop, [&] { return done; }));
    CHECK(server.queries().at(0).from.address.ToString() == "127.0.0.2");
  }

  TEST_CASE("successive questions leave from different ports, which are used again in turn and renewed slowly") {
    ClientBed bed;
    bed.AnswerWith(kRight);
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 24; ++i) {
      bed.Ask();
      ports.push_back(bed.server.queries().back().from.port);
    }
    for (std::size_t i = 1; i < ports.size(); ++i) CHECK(ports[i] != ports[i - 1]);
    CHECK(std::set(ports.begin(), ports.begin() + 8).size() == 8);
    CHECK(std::set(ports.begin(), ports.end()).size() < 24);
  }

  TEST_CASE("every query has an ID of its own") {
    ClientBed bed;
    bed.AnswerWith(kRight);
    std::set<int> ids;
    for (int i = 0; i < 40; ++i) {
      bed.Ask();
      const Octets& wire = bed.server.queries().back().wire;
      ids.insert(wire[0] << 8 | wire[1]);
    }
    CHECK(ids.size() > 36);  // two alike among 40 of 65,536: once in 80 runs; four pairs: never
  }

  TEST_CASE("a late reply never meets the next question") {
    ClientBed bed;
    std::vector<Query> unanswered;
    bed.server.on_query = [&](const Query& query) { unanswered.push_back(query); };
    DnsQuestion question = QuestionTo(bed.server.endpoint());
    question.timeout = 100ms;
    CHECK(bed.Ask(question).outcome == DnsOutcome::kTimeout);
    bed.server.on_query = [&](const Query& query) {
      for (const Query& late : unanswered) {
        // even with the ID that the new question has
        const unsigned id = static_cast<unsigned>(query.wire[0] << 8 | query.wire[1]);
        bed.server.Send(late, ReplyTo(late.wire, {.answers = {ARecord(300, "203.0.113.66")}, .id = id}));
      }
      bed.server.Send(query, ReplyTo(query.wire, kRight));
    };
    for (int i = 0; i < 20; ++i) {
      const DnsSample sample = bed.Ask();
      CHECK(sample.forged == 0);
      CHECK(AnswerSet(sample) == std::vector<std::string>{"192.0.2.1"});
    }
  }

  TEST_CASE("a server that is silent does not delay another one, and is asked only so much") {
    ClientBed bed;
    bed.AnswerWith(kRight);
    FakeServer silent(bed.loop);
    std::map<DnsOutcome, int> silent_outcomes;
    DnsQuestion to_silent = QuestionTo(silent.endpoint());
    to_silent.timeout = 1s;
    for (int i = 0; i < 500; ++i) {
      bed.client.Ask(to_silent, [&](const DnsSample& sample) { ++silent_outcomes[sample.outcome]; });
    }
    for (int i = 0; i < 20; ++i) {
      const DnsSample sample = bed.Ask();
      CHECK(sample.outcome == DnsOutcome::kAnswered);
      CHECK(sample.sends == 1);
    }
    CHECK(silent_outcomes[DnsOutcome::kTimeout] == 0);
    CHECK(RunUntil(bed.loop, [&] { return silent_outcomes[DnsOutcome::kTimeout] == 256; }));
    CHECK(silent_outcomes[DnsOutcome::kNotAsked] == 244);
    // and asked again once there is room
    silent.on_query = [&](const Query& query) { silent.Send(query, ReplyTo(query.wire, kRight)); };
    CHECK(bed.Ask(to_silent).outcome == DnsOutcome::kAnswered);
  }
}

}  // namespace dialwatch::probes
