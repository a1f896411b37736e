#include "probes/stun/binding_socket.h"

#include <doctest/doctest.h>

#include "tests/probes/stun/fake_server.h"

namespace dialwatch::probes {

using base::Endpoint;
using test::FakeServer;
using test::Octets;

TEST_SUITE("probes/stun/binding_socket") {
  TEST_CASE("what cannot be read is passed over for a better answer, and of two answers the first counts") {
    EventLoop loop;
    FakeServer server(loop, [](FakeServer& self, const Octets& request, const Endpoint& from) {
      self.Send(from, test::Message(test::kBindingSuccess, ReadTransactionId(request), {}));  // without an address
      self.Send(from, test::MappedAnswer(request, from));
      self.Send(from, test::MappedAnswer(request, *Endpoint::Parse("203.0.113.66:6", 0)));
    });
    const auto socket = *BindingSocket::Open(loop, false, std::nullopt);
    int answers = 0;
    socket->Ask(server.endpoint(), {}, std::chrono::seconds(2), [&](const auto& answer) {
      ++answers;
      REQUIRE(answer);
      CHECK(answer->reply.mapped == answer->to);
      CHECK(answer->from == server.endpoint());
    });
    Timer end(loop);
    end.Start(std::chrono::milliseconds(200), [&] { loop.Stop(); });
    loop.Run();
    CHECK(answers == 1);
  }
}

}  // namespace dialwatch::probes
