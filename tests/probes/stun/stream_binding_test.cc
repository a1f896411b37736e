#include "probes/stun/stream_binding.h"

#include <doctest/doctest.h>

#include <memory>
#include <utility>

#include "tests/probes/stun/fake_server.h"
#include "tests/probes/stun/fake_stream_server.h"
#include "tests/probes/stun/run_round.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::Attribute;
using test::FakeStreamServer;
using test::MappedAnswer;
using test::Octets;
using namespace std::chrono_literals;

namespace {

StunSample Bind(EventLoop& loop, const Endpoint& server, base::Duration deadline = 5s,
                std::optional<base::IpAddress> bind = {}) {
  StunSample begun = test::Begun("s", server);
  begun.transport = config::Transport::kTcp;
  std::optional<StunSample> told;
  Timer watchdog(loop);
  watchdog.Start(10s, [&] { loop.Stop(); });
  StreamBinding binding(loop, std::move(begun), bind, nullptr);
  binding.Start(deadline, [&](const StunSample& sample) {
    CHECK_FALSE(told);
    told = sample;
    loop.Stop();
  });
  CHECK_FALSE(told);
  loop.Run();
  REQUIRE(told);
  return *told;
}

void AnswerHonestly(FakeStreamServer& self, int connection, const Octets& request) {
  self.Send(connection, MappedAnswer(request, self.PeerOf(connection)));
}

}  // namespace

TEST_SUITE("probes/stun/stream_binding") {
  TEST_CASE("tells the mapped address, our own, and how long the answer took") {
    EventLoop loop;
    FakeStreamServer server(loop, AnswerHonestly);
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kMapped);
    CHECK(sample.transport == config::Transport::kTcp);
    CHECK(sample.server == "s");
    CHECK(sample.round == 7);
    CHECK(sample.address == server.endpoint());
    CHECK(sample.local.address.ToString() == "127.0.0.1");
    CHECK(sample.mapped == sample.local);
    CHECK(sample.sends == 1);
    CHECK(sample.error == "");
    CHECK(sample.rtt);
    CHECK(base::WallClockNow() - sample.at < 10s);
  }

  TEST_CASE("an answer is taken octet by octet") {
    EventLoop loop;
    Octets answer;
    std::size_t sent = 0;
    Timer each(loop);
    FakeStreamServer server(loop, [&](FakeStreamServer& self, int connection, const Octets& request) {
      answer = MappedAnswer(request, self.PeerOf(connection));
      each.StartRepeating(1ms, [&self, &answer, &sent, &each, connection] {
        self.Send(connection, {answer[sent++]});
        if (sent == answer.size()) each.Stop();
      });
    });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kMapped);
    CHECK(sample.mapped == sample.local);
    CHECK(sent == answer.size());
  }

  TEST_CASE("what nobody asked for is passed over, and of ten answers the first counts") {
    EventLoop loop;
    FakeStreamServer server(loop, [](FakeStreamServer& self, int connection, const Octets& request) {
      Octets stream = MappedAnswer(request, *Endpoint::Parse("203.0.113.66:6", 0));
      stream[19] ^= 1;  // another transaction
      const Octets answer = MappedAnswer(request, self.PeerOf(connection));
      stream.insert(stream.end(), answer.begin(), answer.end());
      for (int i = 0; i < 9; ++i) {
        const Octets lie = MappedAnswer(request, *Endpoint::Parse("203.0.113.67:7", 0));
        stream.insert(stream.end(), lie.begin(), lie.end());
      }
      self.Send(connection, stream);
    });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.mapped == sample.local);
  }

  TEST_CASE("an attribute of 65,535 octets is read to its end") {
    EventLoop loop;
    FakeStreamServer server(loop, [](FakeStreamServer& self, int connection, const Octets& request) {
      Octets huge = test::Message(test::kBindingSuccess, ReadTransactionId(request), {});
      huge[2] = huge[3] = 0xFC;
      huge.resize(20 + 0xFCFC);
      huge[20] = 0x80, huge[21] = 0x22, huge[22] = huge[23] = 0xFF;  // SOFTWARE, longer than the message
      for (std::size_t at = 0; at < huge.size(); at += 8000) {
        self.Send(connection, Octets(huge.begin() + static_cast<std::ptrdiff_t>(at),
                                     huge.begin() + static_cast<std::ptrdiff_t>(std::min(at + 8000, huge.size()))));
      }
    });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kMalformed);
    CHECK(sample.error == "attribute 0x8022 has 65535 octets, the message only 64760 more");
  }

  TEST_CASE("what is not STUN is malformed at once") {
    EventLoop loop;
    FakeStreamServer server(loop, [](FakeStreamServer& self, int connection, const Octets&) {
      self.Send(connection, Octets{'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '4',
                                   '0', '0', ' ', 'B', 'a', 'd', ' ', 'R', 'e', 'q'});
    });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kMalformed);
    CHECK(sample.error == "what came is not STUN");
  }

  TEST_CASE("a server that sends without end is hung up on") {
    EventLoop loop;
    std::size_t sent = 0;
    Timer each(loop);
    FakeStreamServer server(loop, [&](FakeStreamServer& self, int connection, const Octets& request) {
      Octets junk = MappedAnswer(request, *Endpoint::Parse("203.0.113.66:6", 0));
      junk[19] ^= 1;  // another transaction
      Octets block;
      while (block.size() < 8000) block.insert(block.end(), junk.begin(), junk.end());
      each.StartRepeating(1ms, [&self, &sent, block, connection] {
        self.Send(connection, block);
        sent += block.size();
      });
    });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kMalformed);
    CHECK(sample.error == "the server sends without end");
    CHECK(sent < 2 * StreamLink::kMostReceived);
  }

  TEST_CASE("an error response is an answer") {
    EventLoop loop;
    FakeStreamServer server(loop, [](FakeStreamServer& self, int connection, const Octets& request) {
      self.Send(connection, test::Message(test::kBindingError, ReadTransactionId(request),
                                          {Attribute(0x0009, test::ErrorValue(400, "Bad Request"))}));
    });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kErrorResponse);
    CHECK(sample.error_code == 400);
    CHECK(sample.error == "Bad Request");
  }

  TEST_CASE("a server that accepts and says nothing is a timeout at the deadline") {
    EventLoop loop;
    FakeStreamServer server(loop, [](FakeStreamServer&, int, const Octets&) {});
    const auto started = std::chrono::steady_clock::now();
    const StunSample sample = Bind(loop, server.endpoint(), 300ms);
    CHECK(sample.outcome == StunOutcome::kTimeout);
    CHECK(sample.error == "");
    CHECK(std::chrono::steady_clock::now() - started >= 290ms);
    CHECK(server.requests() == 1);
  }

  TEST_CASE("a server that closes the connection is unreachable, and it is said how") {
    EventLoop loop;
    FakeStreamServer server(loop,
                            [](FakeStreamServer& self, int connection, const Octets&) { self.Close(connection); });
    const StunSample sample = Bind(loop, server.endpoint());
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "the server closed the connection");
  }

  TEST_CASE("a refused connection is unreachable") {
    EventLoop loop;
    std::optional<Endpoint> nobody;
    {
      FakeStreamServer gone(loop, AnswerHonestly);
      nobody = gone.endpoint();
    }
    const StunSample sample = Bind(loop, *nobody);
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "Connection refused");
    CHECK(sample.sends == 0);
  }

  TEST_CASE("an address that is not ours is told, from the loop") {
    EventLoop loop;
    FakeStreamServer server(loop, AnswerHonestly);
    const StunSample sample = Bind(loop, server.endpoint(), 5s, *base::IpAddress::Parse("192.0.2.1"));
    CHECK(sample.outcome == StunOutcome::kUnreachable);
    CHECK(sample.error == "Cannot assign requested address");
  }

  TEST_CASE("a binding that is destroyed says nothing more") {
    EventLoop loop;
    std::unique_ptr<StreamBinding> binding;
    FakeStreamServer server(loop, [&](FakeStreamServer& self, int connection, const Octets& request) {
      binding.reset();
      AnswerHonestly(self, connection, request);
    });
    binding = std::make_unique<StreamBinding>(loop, test::Begun("s", server.endpoint()), std::nullopt, nullptr);
    binding->Start(1s, [](const StunSample&) { FAIL("a sample"); });
    Timer end(loop);
    end.Start(150ms, [&] { loop.Stop(); });
    loop.Run();
    CHECK(server.requests() == 1);
  }
}

}  // namespace dialwatch::probes
