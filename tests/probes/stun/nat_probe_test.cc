#include "probes/stun/nat_probe.h"

#include <doctest/doctest.h>

#include "base/names.h"
#include "tests/probes/stun/fake_server.h"

namespace dialwatch::probes {

using base::Endpoint;
using base::IpAddress;
using test::Attribute;
using test::FakeServer;
using test::Octets;
using namespace std::chrono_literals;

namespace {

const IpAddress kFirst = *IpAddress::Parse("127.0.0.1"), kSecond = *IpAddress::Parse("127.0.0.2");
constexpr std::uint16_t kOtherAddress = 0x802C;

// The attribute that follows the header, or 0.
unsigned WishOf(const Octets& request) {
  return request.size() > 20 ? static_cast<unsigned>(request[20] << 8 | request[21]) : 0;
}

// A server of RFC 5780 with a NAT before it: what it is asked at which of its four endpoints, and from where it would
// answer, decides what it says.
struct Server {
  EventLoop& loop;
  FakeServer::Handler take = [this](FakeServer& at, const Octets& request, const Endpoint& from) {
    Answer(at, request, from);
  };
  FakeServer first{loop, take, kFirst}, second{loop, take, kSecond};
  FakeServer other_port{loop, take, kFirst, second.endpoint().port};
  FakeServer other_address{loop, take, kSecond, first.endpoint().port};

  std::function<Endpoint(const Endpoint& at, const Endpoint& from)> map = [](const Endpoint&, const Endpoint& from) {
    return from;
  };
  std::function<bool(const Endpoint& from)> lets_in = [](const Endpoint&) { return true; };
  std::optional<Endpoint> other = second.endpoint();
  bool refuses = false, ignores = false;

  explicit Server(EventLoop& on) : loop(on) {}

  FakeServer& Answering(FakeServer& at, const Octets& request) {
    if (WishOf(request) != 0x0003 || ignores) return at;
    const bool address = (request[27] & 4) != 0, port = (request[27] & 2) != 0;
    if (address) return port ? second : other_address;
    return port ? other_port : first;
  }

  void Answer(FakeServer& at, const Octets& request, const Endpoint& from) {
    if (WishOf(request) != 0 && refuses) {
      return at.Send(from, test::Message(test::kBindingError, ReadTransactionId(request),
                                         {Attribute(0x0009, test::ErrorValue(420, "Unknown"))}));
    }
    FakeServer& answering = Answering(at, request);
    if (WishOf(request) == 0x0003 && !lets_in(answering.endpoint())) return;
    const TransactionId id = ReadTransactionId(request);
    const Octets mapped = Attribute(test::kXorMappedAddress, test::XorAddressValue(map(at.endpoint(), from), id));
    const Octets says = other ? Attribute(kOtherAddress, test::AddressValue(*other)) : Octets();
    answering.Send(from, test::Message(test::kBindingSuccess, id, {mapped, says}));
  }

  NatSample Probe() {
    NatSample about;
    about.server = "s";
    about.address = first.endpoint();
    std::optional<NatSample> told;
    Timer watchdog(loop);
    watchdog.Start(15s, [&] { loop.Stop(); });
    auto probe = std::make_unique<NatProbe>(loop, about);
    probe->Start(std::nullopt, [&](const NatSample& sample, const std::optional<Endpoint>&) {
      told = sample;
      probe.reset();
      loop.Stop();
    });
    CHECK_FALSE(told);
    loop.Run();
    REQUIRE(told);
    return *told;
  }
};

Endpoint WithPort(Endpoint endpoint, int more) {
  endpoint.port = static_cast<std::uint16_t>(endpoint.port + more);
  return endpoint;
}

}  // namespace

TEST_SUITE("probes/stun/nat_probe") {
  TEST_CASE("where there is no NAT nothing depends on the other side") {
    EventLoop loop;
    Server server(loop);
    const NatSample sample = server.Probe();
    CHECK(sample.server == "s");
    CHECK(sample.address == server.first.endpoint());
    CHECK(sample.mapped == sample.local);
    CHECK(sample.mapping == NatBehaviour::kEndpointIndependent);
    CHECK(sample.filtering == NatBehaviour::kEndpointIndependent);
    CHECK(sample.why == "");
    CHECK(base::WallClockNow() - sample.at < 10s);
  }

  TEST_CASE("a port that changes with the address asked depends on the address") {
    EventLoop loop;
    Server server(loop);
    server.map = [](const Endpoint& at, const Endpoint& from) { return WithPort(from, at.address == kSecond ? 1 : 0); };
    const NatSample sample = server.Probe();
    CHECK(sample.mapping == NatBehaviour::kAddressDependent);
    CHECK(sample.elsewhere == WithPort(*sample.mapped, 1));
  }

  TEST_CASE("a port that changes with the port asked as well depends on both") {
    EventLoop loop;
    Server server(loop);
    server.map = [&](const Endpoint& at, const Endpoint& from) {
      if (at.address != kSecond) return from;
      return WithPort(from, at.port == server.first.endpoint().port ? 1 : 2);
    };
    CHECK(server.Probe().mapping == NatBehaviour::kAddressAndPortDependent);
  }

  TEST_CASE("who lets in the other port alone filters by address") {
    EventLoop loop;
    Server server(loop);
    server.lets_in = [](const Endpoint& from) { return from.address == kFirst; };
    const NatSample sample = server.Probe();
    CHECK(sample.filtering == NatBehaviour::kAddressDependent);
    CHECK(sample.mapping == NatBehaviour::kEndpointIndependent);
    CHECK(sample.why == "");
  }

  TEST_CASE("who lets in neither filters by address and port") {
    EventLoop loop;
    Server server(loop);
    server.lets_in = [](const Endpoint&) { return false; };
    CHECK(server.Probe().filtering == NatBehaviour::kAddressAndPortDependent);
  }

  TEST_CASE("a server without another address cannot tell") {
    EventLoop loop;
    Server server(loop);
    server.other.reset();
    const NatSample sample = server.Probe();
    CHECK(sample.mapping == NatBehaviour::kNotMeasurable);
    CHECK(sample.filtering == NatBehaviour::kNotMeasurable);
    CHECK(sample.mapped == sample.local);
    CHECK(sample.why == "the server names no other address of its own (RFC 5780)");
    CHECK(server.first.requests() == 1);
  }

  TEST_CASE("no server sends us to an address that is none of its kind") {
    const Endpoint server = *Endpoint::Parse("198.51.100.1:3478", 0);
    CHECK(IsOtherAddress(*Endpoint::Parse("198.51.100.2:3479", 0), server));
    for (const char* other : {"198.51.100.1:3479", "198.51.100.2:3478", "10.0.0.1:3479", "127.0.0.1:3479",
                              "0.0.0.0:3479", "224.0.0.1:3479", "[2001:db8::2]:3479"}) {
      CAPTURE(other);
      CHECK_FALSE(IsOtherAddress(*Endpoint::Parse(other, 0), server));
    }
    EventLoop loop;
    Server liar(loop);
    liar.other = *Endpoint::Parse("10.0.0.1:3479", 0);
    CHECK(liar.Probe().why == "the server names 10.0.0.1:3479 as its other address, which cannot be one");
  }

  TEST_CASE("a server that refuses CHANGE-REQUEST still tells the mapping") {
    EventLoop loop;
    Server server(loop);
    server.refuses = true;
    const NatSample sample = server.Probe();
    CHECK(sample.mapping == NatBehaviour::kEndpointIndependent);
    CHECK(sample.filtering == NatBehaviour::kNotMeasurable);
    CHECK(sample.why == "filtering: the server refuses CHANGE-REQUEST with error 420");
  }

  TEST_CASE("a server that answers from where it was asked says nothing of the filter") {
    EventLoop loop;
    Server server(loop);
    server.ignores = true;
    const NatSample sample = server.Probe();
    CHECK(sample.filtering == NatBehaviour::kNotMeasurable);
    CHECK(sample.why == "filtering: the server does not answer from where CHANGE-REQUEST asks it to");
  }

  TEST_CASE("silence of another address that is dead is not the NAT's") {
    EventLoop loop;
    Server server(loop);
    server.lets_in = [](const Endpoint&) { return false; };
    server.other = Endpoint{*IpAddress::Parse("127.0.0.3"), server.second.endpoint().port};
    const NatSample sample = server.Probe();
    CHECK(sample.mapping == NatBehaviour::kNotMeasurable);
    CHECK(sample.filtering == NatBehaviour::kNotMeasurable);
    CHECK(sample.why == "the server's other address does not answer");
  }

  TEST_CASE("a probe that is destroyed says nothing more") {
    EventLoop loop;
    Server server(loop);
    server.lets_in = [](const Endpoint&) { return false; };
    {
      NatSample about;
      about.address = server.first.endpoint();
      NatProbe probe(loop, about);
      probe.Start(std::nullopt, [](const NatSample&, const std::optional<Endpoint>&) { FAIL("a sample"); });
      Timer end(loop);
      end.Start(100ms, [&] { loop.Stop(); });
      loop.Run();
    }
    Timer end(loop);
    end.Start(100ms, [&] { loop.Stop(); });
    loop.Run();
  }

  TEST_CASE("the names of behaviours") {
    CHECK(base::NameOf(NatBehaviour::kNotMeasurable) == "not-measurable");
    CHECK(base::NameOf(NatBehaviour::kEndpointIndependent) == "endpoint-independent");
    CHECK(base::NameOf(NatBehaviour::kAddressDependent) == "address-dependent");
    CHECK(base::NameOf(NatBehaviour::kAddressAndPortDependent) == "address-and-port-dependent");
  }
}

}  // namespace dialwatch::probes
