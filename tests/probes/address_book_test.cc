#include "probes/address_book.h"

#include <doctest/doctest.h>

#include "tests/probes/fake_resolvers.h"

namespace dialwatch::probes {
namespace {

constexpr const char* kHost = "stun.example";

struct Bed {
  EventLoop loop;
  FakeResolvers resolvers;
  DnsClient client{loop, std::nullopt};
  std::size_t samples = 0, not_asked = 0;
  std::shared_ptr<HeldNames> held = std::make_shared<HeldNames>();
  AddressBook book{client, resolvers.settings,
                   [this](const Sample& sample) {
                     ++samples;
                     if (std::get<DnsSample>(sample).outcome == DnsOutcome::kNotAsked) ++not_asked;
                   },
                   held};

  explicit Bed(std::size_t count) : resolvers(loop, count) {}

  void Say(std::size_t resolver, RecordType type, std::vector<Octets> records, const std::string& name = kHost) {
    resolvers.answers[resolver][{name, type}] = std::move(records);
  }
  AddressBook::Entry Find(const std::string& host = kHost) {
    std::optional<AddressBook::Entry> found;
    book.Find(host, [&](const AddressBook::Entry& entry) { found = entry; });
    REQUIRE(RunUntil(loop, [&] { return found.has_value(); }));
    return *found;
  }
  // "198.51.100.1 r1 r2"
  std::vector<std::string> Told(const std::string& host = kHost) {
    std::vector<std::string> lines;
    for (const auto& [address, names] : Find(host).addresses) {
      lines.push_back(address.ToString());
      for (const std::string& name : names) lines.back() += " " + name;
    }
    return lines;
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_SUITE("probes/address_book") {
  TEST_CASE("a literal address is its own answer, and nobody is asked") {
    Bed bed(1);
    const auto entry = bed.Find("2001:db8::1");
    REQUIRE(entry.addresses.size() == 1);
    CHECK(entry.addresses[0].address.ToString() == "2001:db8::1");
    CHECK(entry.addresses[0].resolvers.empty());
    CHECK(bed.resolvers.asked() == 0);
  }

  TEST_CASE("all addresses of both families are told, each with all who named it") {
    Bed bed(2);
    bed.Say(0, RecordType::kA, {ARecord(300, "198.51.100.1"), ARecord(300, "198.51.100.2")});
    bed.Say(1, RecordType::kA, {ARecord(300, "198.51.100.1")});
    bed.Say(1, RecordType::kAaaa, {Aaaa("2001:db8::1")});
    CHECK(bed.Told() == Lines{"198.51.100.1 r1 r2", "198.51.100.2 r1", "2001:db8::1 r2"});
    CHECK(bed.samples == 4);
  }

  TEST_CASE("a resolver that is silent delays the first answer by the timeout and no more") {
    Bed bed(2);
    bed.Say(0, RecordType::kA, {ARecord(300, "198.51.100.1")});
    bed.resolvers.silent[1] = true;
    CHECK(bed.Told() == Lines{"198.51.100.1 r1"});
  }

  TEST_CASE("an answer is kept, and those who ask at once share a lookup") {
    Bed bed(1);
    bed.Say(0, RecordType::kA, {ARecord(300, "198.51.100.1")});
    int told = 0;
    for (int i = 0; i < 3; ++i) bed.book.Find(kHost, [&](const AddressBook::Entry&) { ++told; });
    REQUIRE(RunUntil(bed.loop, [&] { return told == 3; }));
    bed.Told();
    CHECK(bed.resolvers.asked() == 2);
  }

  TEST_CASE("a name that nobody knows is an error that names it") {
    Bed bed(2);
    CHECK(bed.Find().error == "no resolver has an address for stun.example");
    CHECK(bed.Find().addresses.empty());
    CHECK(bed.resolvers.asked() == 4);
  }

  TEST_CASE("what was known stays while all resolvers are silent") {
    Bed bed(2);
    bed.Say(0, RecordType::kA, {ARecord(0, "198.51.100.1")});
    bed.Say(1, RecordType::kA, {ARecord(0, "198.51.100.1"), ARecord(0, "198.51.100.2")});
    const Lines known{"198.51.100.1 r1 r2", "198.51.100.2 r2"};
    CHECK(bed.Told() == known);
    bed.resolvers.silent = {true, true};
    REQUIRE(RunUntil(bed.loop, [&] {  // once the shortest time that an answer is kept is over, they are asked again
      bed.book.Find(kHost, [](const AddressBook::Entry& entry) { CHECK(entry.addresses.size() == 2); });
      return bed.resolvers.asked() > 4;
    }));
    REQUIRE(RunUntil(bed.loop, [&] { return bed.samples == 8; }));
    CHECK(bed.Told() == known);
  }

  TEST_CASE("what a resolver said ends when it denies it, and stays while it is silent") {
    Bed bed(3);
    bed.Say(0, RecordType::kA, {ARecord(0, "198.51.100.1")});
    bed.Say(1, RecordType::kA, {ARecord(0, "198.51.100.1"), ARecord(0, "198.51.100.2")});
    bed.Say(2, RecordType::kA, {ARecord(0, "203.0.113.66")});
    CHECK(bed.Told() == Lines{"198.51.100.1 r1 r2", "198.51.100.2 r2", "203.0.113.66 r3"});
    bed.resolvers.silent[1] = true;
    bed.resolvers.answers[0].clear();
    bed.resolvers.answers[2].clear();
    REQUIRE(RunUntil(bed.loop, [&] {  // once the shortest time that an answer is kept is over, they are asked again
      bed.book.Find(kHost, [](const AddressBook::Entry&) {});
      return bed.samples == 12;
    }));
    CHECK(bed.Told() == Lines{"198.51.100.1 r2", "198.51.100.2 r2"});
  }

  TEST_CASE("a crowd of names is asked for a part at a time, so that each is") {
    Bed bed(1);
    int told = 0;
    for (int i = 0; i < 300; ++i) {
      const std::string host = "s" + std::to_string(i) + ".example";
      bed.Say(0, RecordType::kA, {ARecord(300, "198.51.100.1")}, host);
      bed.book.Find(host, [&](const AddressBook::Entry& entry) { told += static_cast<int>(entry.addresses.size()); });
    }
    REQUIRE(RunUntil(bed.loop, [&] { return bed.samples == 600; }));
    CHECK(told == 300);
    CHECK(bed.not_asked == 0);
  }

  TEST_CASE("a name whose authority is wrong is not asked for, and what was known of it stays") {
    Bed bed(1);
    bed.Say(0, RecordType::kA, {ARecord(0, "198.51.100.1")});
    bed.held->Set(kHost, RecordType::kAaaa, true);
    CHECK(bed.Find().error == "stun.example is not asked for while its authority is wrong");
    CHECK(bed.resolvers.asked() == 0);
    bed.held->Set(kHost, RecordType::kAaaa, false);
    CHECK(bed.Told() == Lines{"198.51.100.1 r1"});
    CHECK(bed.resolvers.asked() == 2);
    bed.held->Set(kHost, RecordType::kA, true);
    Timer later(bed.loop);  // once the shortest time that an answer is kept is over
    bool over = false;
    later.Start(std::chrono::milliseconds(5100), [&] { over = true; });
    REQUIRE(RunUntil(bed.loop, [&] { return over; }));
    CHECK(bed.Told() == Lines{"198.51.100.1 r1"});
    CHECK(bed.resolvers.asked() == 2);
  }

  TEST_CASE("services are told by priority, and of one priority by weight") {
    Bed bed(2);
    bed.Say(0, RecordType::kSrv,
            {Srv(20, 9, 3478, "c.example"), Srv(10, 1, 3478, "b.example"), Srv(10, 5, 3479, "a.example")},
            "_stun._udp.example");
    bed.Say(1, RecordType::kSrv, {Srv(10, 5, 3479, "a.example")}, "_stun._udp.example");
    std::optional<std::vector<AddressBook::Service>> found;
    bed.book.FindServices("_stun._udp.example", [&](const auto& told) { found = told.services; });
    REQUIRE(RunUntil(bed.loop, [&] { return found.has_value(); }));
    REQUIRE(found->size() == 3);
    CHECK((*found)[0].fields.target == "a.example");
    CHECK((*found)[0].fields.port == 3479);
    CHECK((*found)[0].resolvers == Lines{"r1", "r2"});
    CHECK((*found)[1].fields.target == "b.example");
    CHECK((*found)[2].fields.target == "c.example");
    CHECK((*found)[2].resolvers == Lines{"r1"});
  }

  TEST_CASE("who says that there is no such service is told from who is silent") {
    Bed bed(3);
    bed.Say(0, RecordType::kSrv, {Srv(10, 5, 3479, "a.example")}, "_stun._udp.example");
    bed.resolvers.silent[2] = true;
    std::optional<AddressBook::Services> found;
    bed.book.FindServices("_stun._udp.example", [&](const auto& told) { found = told; });
    REQUIRE(RunUntil(bed.loop, [&] { return found.has_value(); }));
    CHECK(found->services.size() == 1);
    CHECK(found->denied_by == Lines{"r2"});
  }
}

}  // namespace dialwatch::probes
