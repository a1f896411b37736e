#include "probes/dns/channel_pool.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/probes/dns/fake_server.h"

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;
using Channel = std::unique_ptr<DnsChannel>;

struct Bed {
  EventLoop loop;
  FakeServer server{loop};
  DnsChannelPool pool{loop, server.endpoint(), std::nullopt};
  DnsChannelPool::Time now = std::chrono::steady_clock::now();

  Channel Take(config::Transport transport = config::Transport::kUdp) {
    auto taken = pool.Take(transport, now);
    REQUIRE(taken);
    return Channel(static_cast<DnsChannel*>((*taken).release()));
  }

  // Lets `count` channels rest; the first of them first.
  std::vector<const DnsChannel*> Fill(std::size_t count) {
    std::vector<Channel> taken;
    std::vector<const DnsChannel*> order;
    for (std::size_t i = 0; i < count; ++i) taken.push_back(Take());
    for (Channel& channel : taken) {
      order.push_back(channel.get());
      pool.GiveBack(std::move(channel));
    }
    return order;
  }
};

}  // namespace

TEST_SUITE("probes/dns/channel_pool") {
  TEST_CASE("the channel that has rested longest is used again, but only while eight rest") {
    Bed bed;
    const auto order = bed.Fill(9);
    const Channel first = bed.Take();
    const Channel second = bed.Take();
    const Channel third = bed.Take();
    CHECK(first.get() == order[0]);
    CHECK(second.get() == order[1]);
    CHECK(third->sends() == 0);
    CHECK(std::find(order.begin(), order.end(), third.get()) == order.end());
  }

  TEST_CASE("after five minutes a port is renewed") {
    Bed bed;
    const auto order = bed.Fill(9);
    bed.now += 4min;
    CHECK(bed.Take().get() == order[0]);
    bed.now += 2min;
    const auto before = std::chrono::steady_clock::now();
    CHECK(bed.Take()->made_at() >= before);
    bed.pool.Sweep(bed.now);
    CHECK(bed.pool.empty());
  }

  TEST_CASE("after 1,024 sends a port is renewed") {
    Bed bed;
    const auto query = *MakeQuery("d1.example.com", base::RecordType::kA, {});
    Channel worn = bed.Take();
    for (int i = 0; i < 1023; ++i) {
      REQUIRE_FALSE(worn->Send(query, [](const auto&) { return true; }));
      worn->EndQuery();
    }
    bed.pool.GiveBack(std::move(worn));
    bed.pool.Sweep(bed.now);
    REQUIRE_FALSE(bed.pool.empty());
    bed.Fill(7);
    worn = bed.Take();
    REQUIRE(worn->sends() == 1023);
    REQUIRE_FALSE(worn->Send(query, [](const auto&) { return true; }));
    bed.pool.GiveBack(std::move(worn));
    bed.pool.Sweep(bed.now);
    for (int i = 0; i < 8; ++i) CHECK(bed.Take()->sends() < 1024);
  }

  TEST_CASE("TCP channels are not kept") {
    Bed bed;
    bed.pool.GiveBack(bed.Take(config::Transport::kTcp));
    CHECK(bed.pool.empty());
  }
}

}  // namespace dialwatch::probes
