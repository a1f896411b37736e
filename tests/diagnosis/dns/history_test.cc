#include "diagnosis/dns/history.h"

#include <doctest/doctest.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/dns/history") {
  TEST_CASE("an answer seen again only moves its last sight") {
    NameHistory history;
    CHECK(history.Add({"198.51.100.11"}, 300s, kMonday));
    CHECK_FALSE(history.Add({"198.51.100.11"}, 300s, kMonday + 30s));
    REQUIRE(history.entries().size() == 1);
    CHECK(history.entries()[0] == HistoryEntry{{"198.51.100.11"}, 300s, kMonday, kMonday + 30s});
  }

  TEST_CASE("the same answer with another TTL is an entry of its own") {
    NameHistory history;
    history.Add({"198.51.100.11"}, 86400s, kMonday);
    CHECK(history.Add({"198.51.100.11"}, 300s, kMonday + 30s));
    CHECK(history.entries().size() == 2);
  }

  TEST_CASE("a past answer may be cached for its TTL from the moment another one was first seen") {
    NameHistory history;
    history.Add({"198.51.100.7"}, 300s, kMonday);
    history.Add({"198.51.100.11"}, 300s, kMonday + 2h);  // we were down in between
    CHECK(history.CachedUntil(*history.Find({"198.51.100.7"})) == kMonday + 2h + 300s);
    CHECK(history.CachedUntil(*history.Find({"198.51.100.11"})) == kMonday + 2h + 300s);
    CHECK(history.Find({"203.0.113.66"}) == nullptr);
  }

  TEST_CASE("an authority that goes back and forth may have given either answer until it was seen to give the other") {
    NameHistory history;
    history.Add({"198.51.100.7"}, 300s, kMonday);
    history.Add({"198.51.100.11"}, 300s, kMonday + 5min);
    history.Add({"198.51.100.7"}, 300s, kMonday + 10min);
    history.Add({"198.51.100.11"}, 300s, kMonday + 15min);
    CHECK(history.entries().size() == 2);
    CHECK(history.CachedUntil(*history.Find({"198.51.100.7"})) == kMonday + 20min);
    history.Add({"198.51.100.11"}, 300s, kMonday + 16min);
    CHECK(history.CachedUntil(*history.Find({"198.51.100.7"})) == kMonday + 20min);
    CHECK(history.CachedUntil(*history.Find({"198.51.100.11"})) == kMonday + 21min);
  }

  TEST_CASE("of equal answers the one that caches hold longest is found") {
    NameHistory history;
    history.Add({"198.51.100.11"}, 86400s, kMonday);
    history.Add({"198.51.100.11"}, 300s, kMonday + 30s);
    CHECK(history.Find({"198.51.100.11"})->ttl == 86400s);
  }

  TEST_CASE("a long TTL counts until the last copy of it has gone") {
    NameHistory history;
    history.Add({"198.51.100.11"}, 86400s, kMonday);
    history.Add({"198.51.100.11"}, 300s, kMonday + 30s);
    CHECK(history.LongestTtl(kMonday + 30s + 86400s) == 86400s);
    CHECK(history.LongestTtl(kMonday + 31s + 86400s) == 0s);
    history.Add({"198.51.100.11"}, 300s, kMonday + 86400s);
    CHECK(history.LongestTtl(kMonday + 31s + 86400s) == 300s);
  }

  TEST_CASE("a denial's TTL is no measure for answers") {
    NameHistory history;
    history.Add({}, 3600s, kMonday);
    CHECK(history.LongestTtl(kMonday) == 0s);
  }

  TEST_CASE("a name that changes all the time keeps the entries seen last") {
    NameHistory history;
    for (int i = 0; i < 100; ++i) history.Add({std::to_string(i)}, 300s, kMonday + i * 1s);
    CHECK(history.entries().size() == NameHistory::kMaxEntries);
    CHECK(history.Find({"35"}) == nullptr);
    CHECK(history.Find({"36"}) != nullptr);
    CHECK(history.Newest()->answers == std::vector<std::string>{"99"});
    CHECK(NameHistory(history.entries()) == history);
  }

  TEST_CASE("old history is forgotten by its last sight") {
    NameHistory history;
    history.Add({"198.51.100.7"}, 300s, kMonday);
    history.Add({"198.51.100.11"}, 300s, kMonday + 1h);
    history.ForgetBefore(kMonday + 1s);
    CHECK(history.Find({"198.51.100.7"}) == nullptr);
    CHECK(history.entries().size() == 1);
  }
}

}  // namespace dialwatch::diagnosis
