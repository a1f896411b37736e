#include "reflector/counters.h"

#include <doctest/doctest.h>

#include <set>

namespace dialwatch::reflector {

TEST_SUITE("reflector/counters") {
  TEST_CASE("what is new is told in a line, and nothing where nothing is") {
    Counters before{.received = 10, .echoed = 10};
    CHECK_FALSE(DescribeSince(before, before));
    Counters now = before;
    now.received = 20;
    now.echoed = 15;
    now.bindings = 2;
    now.unsent = 1;
    now.Count(Drop::kForged);
    now.Count(Drop::kForged);
    now.Count(Drop::kClock);
    CHECK(DescribeSince(before, now) ==
          "10 datagrams: 5 echoed, 2 bindings answered, 1 replies not sent, 2 dropped: with a wrong signature, "
          "1 dropped: sent too long ago or in the future (are both clocks kept by NTP?)");
  }

  TEST_CASE("each reason has words of its own") {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i < kDrops; ++i) words.insert(FormatDrop(static_cast<Drop>(i)));
    CHECK(words.size() == kDrops);
    CHECK_FALSE(words.contains("?"));
    CHECK(FormatDrop(static_cast<Drop>(kDrops)) == "?");
  }
}

}  // namespace dialwatch::reflector
