#include "probes/dns/axfr.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <future>

#include "tests/free_port.h"
#include "tests/probes/dns/fake_server.h"
#include "tests/probes/dns/server_process.h"

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;
using Hosts = std::vector<std::string>;
using Content = base::Result<std::optional<ZoneContent>>;

constexpr RecordType kAxfr{252};

DnsQuery ZoneQuery() {
  DnsQuery query = *MakeQuery("example.com", kAxfr, {.recursion_desired = false, .edns = false});
  query.octets[0] = 0x12;
  return query;
}

Octets Soa(std::uint32_t serial) {
  const Octets numbers = Word(serial >> 16) + Word(serial & 0xFFFF) + FromHex("00000e10 00000258 00127500 0000003c");
  return Record("example.com", RecordType::kSoa, 300, Name("ns1.example.com") + Name("h.example.com") + numbers);
}

Octets Address(std::string_view owner) {
  return Record(owner, RecordType::kA, 300, FromHex("c6336401"));
}

Octets Message(const std::vector<Octets>& answers, int rcode = 0) {
  const DnsQuery query = ZoneQuery();
  return ReplyTo(Octets(query.wire().begin(), query.wire().end()),
                 {.rcode = rcode, .answers = answers, .authoritative = true});
}

// What comes of these messages: the content, or nothing so far, or an error.
Content Put(const std::vector<Octets>& messages) {
  ZoneTransfer transfer(ZoneQuery(), "example.com");
  Content content = std::optional<ZoneContent>();
  for (const Octets& message : messages) {
    content = transfer.Add(message);
    if (!content) break;
  }
  return content;
}

std::string ErrorOf(const Content& content) {
  return content ? "" : content.error().what;
}

// TransferZone against a server in this process: the loop of the server turns until the transfer has ended.
Content TransferFrom(const FakeServer& server, EventLoop& loop, std::optional<std::uint32_t> known = {},
                     base::Duration timeout = 5s) {
  const ZoneRequest request{server.endpoint(), "example.com", {}, known, timeout};
  auto transfer = std::async(std::launch::async, [&] { return TransferZone(request, {}); });
  REQUIRE(RunUntil(loop, [&] { return transfer.wait_for(0s) == std::future_status::ready; }));
  return transfer.get();
}

constexpr const char* kNsdConfig = R"(
server:
  ip-address: 127.0.0.1@{1}
  username: ""
  chroot: ""
  zonesdir: "{0}"
  database: ""
  pidfile: "{0}/nsd.pid"
  xfrdfile: "{0}/xfrd.state"
  xfrdir: "{0}"
  zonelistfile: "{0}/zone.list"
  server-count: 1
  verbosity: 0
remote-control:
  control-enable: no
zone:
  name: example.com
  zonefile: zone
  provide-xfr: 127.0.0.1 NOKEY
zone:
  name: example.net
  zonefile: zone
)";

}  // namespace

TEST_SUITE("probes/dns/axfr") {
  TEST_CASE("the hosts of a zone are its names with addresses or aliases, but for what is another zone's") {
    const auto content = Put(
        {Message({Soa(7), Address("d1.example.com"), Address("D2.example.com")}),
         Message({Record("sub.example.com", RecordType::kNs, 300, Name("ns.sub.example.com")),
                  Address("ns.sub.example.com"), Address("sub.example.com"), Address("nosub.example.com")}),
         Message({Record("wss.example.com", RecordType::kCname, 300, Name("edge.example.net")),
                  Record("t.example.com", RecordType::kTxt, 300, FromHex("0161")), Address("*.example.com"),
                  Address("d1.example.com"), Record("d6.example.com", RecordType::kAaaa, 300, Octets(16)), Soa(7)})});
    REQUIRE(content);
    REQUIRE(*content);
    CHECK(**content ==
          ZoneContent{7,
                      3600s,
                      {"d1.example.com", "d2.example.com", "d6.example.com", "nosub.example.com", "wss.example.com"}});
  }

  TEST_CASE("a zone of nothing but its SOA record is whole with the second one") {
    CHECK(Put({Message({Soa(1), Soa(1)})})->value().hosts.empty());
    CHECK_FALSE(Put({Message({Soa(1)})})->has_value());
  }

  TEST_CASE("what is no transfer is an error that says why") {
    CHECK(ErrorOf(Put({Message({}, 5)})) == "REFUSED: the server must allow this host to transfer the zone");
    CHECK(ErrorOf(Put({Message({}, 9)})) == "NOTAUTH: the server must allow this host to transfer the zone");
    CHECK(ErrorOf(Put({Message({}, 2)})) == "the server says SERVFAIL");
    CHECK(ErrorOf(Put({Message({})})) == "a message holds no records");
    CHECK(ErrorOf(Put({Message({Address("d1.example.com")})})) == "it does not begin with the SOA record");
    CHECK(ErrorOf(Put({Message({Soa(1), Address("d1.example.net")})})) == "d1.example.net is not within the zone");
    CHECK(ErrorOf(Put({Message({Soa(1)}), Message({Soa(2)})})) ==
          "the zone changed while it was sent; it will be asked for again");
    CHECK(ErrorOf(Put({Message({Soa(1), Soa(1), Address("d1.example.com")})})) ==
          "records follow the SOA record at the end");
    Octets other = Message({Soa(1), Soa(1)});
    other[0] = 0x13;
    CHECK(ErrorOf(Put({other})) == "a message does not answer our question");
    Octets damaged = Message({Soa(1), Soa(1)});
    damaged.pop_back();
    CHECK(ErrorOf(Put({damaged})).starts_with("a message cannot be read: octet "));
  }

  TEST_CASE("a zone without end is given up at the limit") {
    ZoneTransfer transfer(ZoneQuery(), "example.com");
    REQUIRE(transfer.Add(Message({Soa(1)})));
    std::string error;
    for (int i = 0; error.empty() && i < 2000; ++i) {
      std::vector<Octets> records;
      for (int j = 0; j < 100; ++j) records.push_back(Address(fmt::format("d{}.example.com", 100 * i + j)));
      error = ErrorOf(transfer.Add(Message(records)));
    }
    CHECK(error == "the zone has more than 100000 hosts or delegations, the limit");
  }

  TEST_CASE("a server that stops in the middle, stays silent or is not there ends the transfer with a reason") {
    EventLoop loop;
    FakeServer server(loop, [&](const FakeServer::Query& query) {
      const Octets first = ReplyTo(query.wire, {.answers = {Soa(1), Address("d1.example.com")}});
      const Octets second = ReplyTo(query.wire, {.answers = {Address("d2.example.com"), Soa(1)}});
      server.Send(query, first);
      server.SendRaw(query, Word(static_cast<unsigned>(second.size())) + Octets(second.begin(), second.end() - 7));
      server.CloseConnection(query);
    });
    const std::string who = fmt::format("transfer of example.com from {}: ", server.endpoint().ToString());
    CHECK(ErrorOf(TransferFrom(server, loop)).starts_with(who + "the server closed the connection after "));
    server.on_query = {};
    CHECK(ErrorOf(TransferFrom(server, loop, {}, 200ms)) == who + "not done in time");
    const ZoneRequest nobody{*base::Endpoint::Parse("127.0.0.1", testing::FreePort()), "example.com", {}, {}, 1s};
    CHECK(ErrorOf(TransferZone(nobody, {})).ends_with("Connection refused"));
    std::stop_source stop;
    stop.request_stop();
    const ZoneRequest request{server.endpoint(), "example.com", {}, {}, 20s};
    CHECK(ErrorOf(TransferZone(request, stop.get_token())) == who + "stopped");
  }

  TEST_CASE("a serial that we know is not transferred again") {
    EventLoop loop;
    std::uint32_t serial = 7;
    FakeServer server(loop, [&](const FakeServer::Query& query) {
      const bool soa = QuestionType(query.wire) == RecordType::kSoa;
      std::vector<Octets> records{Soa(serial)};
      if (!soa) records.insert(records.end(), {Address("d1.example.com"), Soa(serial)});
      server.Send(query, ReplyTo(query.wire, {.answers = records}));
    });
    const auto same = TransferFrom(server, loop, 7);
    REQUIRE(same);
    CHECK_FALSE(*same);
    CHECK(server.queries().size() == 1);
    serial = 8;
    const auto next = TransferFrom(server, loop, 7);
    REQUIRE(next);
    REQUIRE(*next);
    CHECK((*next)->serial == 8);
    CHECK((*next)->hosts == Hosts{"d1.example.com"});
  }

  TEST_CASE("nsd gives us a zone of many messages, and refuses the one that it may not give") {
    if (FindProgram("nsd").empty()) {
      MESSAGE("SKIPPED: nsd is not installed");
      return;
    }
    const TemporaryFolder folder;
    std::string zone = "@ 300 IN SOA ns1 h 2020083100 3600 600 86400 60\n@ 300 IN NS ns1\nns1 300 IN A 127.0.0.1\n";
    for (int i = 0; i < 5000; ++i) zone += fmt::format("d{} 300 IN A 198.51.{}.{}\n", i, i / 256, i % 256);
    folder.Write("zone", zone);
    const int port = testing::FreePort();
    const auto config = folder.Write("nsd.conf", fmt::format(kNsdConfig, folder.path().string(), port));
    const ServerProcess nsd({FindProgram("nsd"), "-d", "-c", config});
    ZoneRequest request{
        *base::Endpoint::Parse("127.0.0.1", static_cast<std::uint16_t>(port)), "example.com", {}, {}, 5s};
    Content content = TransferZone(request, {});
    for (int i = 0; !content && i < 200; ++i) {
      std::this_thread::sleep_for(50ms);
      content = TransferZone(request, {});
    }
    REQUIRE_MESSAGE(content, ErrorOf(content));
    REQUIRE(*content);
    CHECK((*content)->serial == 2020083100);
    CHECK((*content)->hosts.size() == 5001);
    request.known = 2020083100;
    CHECK_FALSE(TransferZone(request, {})->has_value());
    request.known.reset();
    request.zone = "example.net";
    CHECK(ErrorOf(TransferZone(request, {}))
              .ends_with(": REFUSED: the server must allow this host to transfer the zone"));
  }
}

}  // namespace dialwatch::probes
