#include "probes/answer_book.h"

#include <doctest/doctest.h>

using namespace dialwatch::probes;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow{1000h};
constexpr auto kHost = "d1.example.com";

DnsSample Says(const Via& via, const std::vector<std::string>& addresses, TimePoint at = kNow) {
  DnsSample sample;
  sample.host = kHost;
  sample.via = via;
  sample.at = at;
  sample.outcome = DnsOutcome::kAnswered;
  for (const std::string& address : addresses) sample.answers.push_back({kHost, RecordType::kA, 300, address});
  return sample;
}

Via Resolver(const std::string& name, const std::string& address = "9.9.9.9") {
  return {Via::Kind::kResolver, name, *Endpoint::Parse(address, 53)};
}

Via Authority(const std::string& address = "192.0.2.53") {
  return {Via::Kind::kAuthority, "example.com", *Endpoint::Parse(address, 53)};
}

AnswerBook::Address Given(const std::string& address, std::vector<std::string> resolvers, bool by_authority = false) {
  return {*dialwatch::base::IpAddress::Parse(address), std::move(resolvers), by_authority};
}

using Addresses = std::vector<AnswerBook::Address>;

struct Book : AnswerBook {
  Book() : AnswerBook({kHost}) {}
  Addresses Now(TimePoint now = kNow) const { return AddressesOf(kHost, now); }
};

}  // namespace

TEST_SUITE("probes/answer_book") {
  TEST_CASE("each address once, with who gives it; the authority's first, then what most resolvers give") {
    Book book;
    book.Learn(Says(Resolver("google"), {"203.0.113.66"}));
    book.Learn(Says(Resolver("quad9"), {"198.51.100.12", "198.51.100.11"}));
    book.Learn(Says(Resolver("cloudflare"), {"198.51.100.12"}));
    book.Learn(Says(Authority(), {"198.51.100.11"}));
    CHECK(
        (book.Now() == Addresses{Given("198.51.100.11", {"quad9"}, true),
                                 Given("198.51.100.12", {"cloudflare", "quad9"}), Given("203.0.113.66", {"google"})}));
  }

  TEST_CASE("a server's new answer takes the place of its old one, at that address of it only") {
    Book book;
    book.Learn(Says(Resolver("google", "8.8.8.8"), {"203.0.113.66"}));
    book.Learn(Says(Resolver("google", "8.8.4.4"), {"203.0.113.66"}));
    book.Learn(Says(Resolver("google", "8.8.8.8"), {"198.51.100.11"}));
    CHECK(book.Now().size() == 2);
    book.Learn(Says(Resolver("google", "8.8.4.4"), {"198.51.100.11"}));
    CHECK((book.Now() == Addresses{Given("198.51.100.11", {"google"})}));
  }

  TEST_CASE("what is asked again in the same turn adds to it: several caches may stand behind an address") {
    Book book;
    book.Learn(Says(Resolver("google"), {"198.51.100.11"}));
    DnsSample again = Says(Resolver("google"), {"203.0.113.66"});
    again.purpose = Purpose::kConfirm;
    book.Learn(again);
    CHECK(book.Now().size() == 2);
    book.Learn(Says(Resolver("google"), {"198.51.100.11"}));
    CHECK(book.Now().size() == 1);
  }

  TEST_CASE("it says when somebody names an address that nobody had named") {
    Book book;
    CHECK(book.Learn(Says(Resolver("google"), {"198.51.100.11"})));
    CHECK_FALSE(book.Learn(Says(Resolver("google"), {"198.51.100.11"})));
    CHECK_FALSE(book.Learn(Says(Resolver("quad9"), {"198.51.100.11"})));
    CHECK(book.Learn(Says(Resolver("quad9"), {"203.0.113.66"})));
    CHECK_FALSE(book.Learn(Says(Resolver("quad9"), {"198.51.100.11"})));
    CHECK(book.Learn(Says(Resolver("quad9"), {"203.0.113.66"})));
  }

  TEST_CASE("a denial takes the answer away, silence and SERVFAIL do not") {
    Book book;
    book.Learn(Says(Resolver("google"), {"198.51.100.11"}));
    DnsSample sample = Says(Resolver("google"), {});
    sample.outcome = DnsOutcome::kTimeout;
    book.Learn(sample);
    sample.outcome = DnsOutcome::kAnswered;
    sample.rcode = kRcodeServFail;
    book.Learn(sample);
    CHECK(book.Now().size() == 1);
    sample.rcode = kRcodeNxDomain;
    book.Learn(sample);
    CHECK(book.Now().empty());
  }

  TEST_CASE("what is ten minutes old holds no more") {
    Book book;
    book.Learn(Says(Resolver("google"), {"198.51.100.11"}));
    CHECK(book.Now(kNow + 10min).size() == 1);
    CHECK(book.Now(kNow + 10min + 1s).empty());
  }

  TEST_CASE("who makes up many addresses is followed to four, the authority and what two agree on to eight") {
    std::vector<std::string> many;
    for (int i = 1; i < 100; ++i) many.push_back("203.0.113." + std::to_string(i));
    Book book;
    book.Learn(Says(Resolver("google"), many));
    CHECK(book.Now().size() == 4);
    book.Learn(Says(Resolver("quad9"), {"198.51.100.11"}));
    CHECK(book.Now().size() == 5);
    book.Learn(Says(Resolver("cloudflare"), many));
    CHECK(book.Now().size() == 9);
    Book authority;
    authority.Learn(Says(Authority(), many));
    CHECK(authority.Now().size() == 8);
  }

  TEST_CASE("nobody but the authority leads from outside into our own networks") {
    Book book;
    book.Learn(Says(Resolver("google"), {"10.0.0.7"}));
    CHECK(book.Now().size() == 1);
    book.Learn(Says(Resolver("quad9"), {"198.51.100.11"}));
    CHECK((book.Now() == Addresses{Given("198.51.100.11", {"quad9"})}));
    book.Learn(Says(Authority(), {"10.0.0.7"}));
    CHECK(book.Now().size() == 2);
  }

  TEST_CASE("of other hosts and purposes nothing is kept") {
    Book book;
    DnsSample other = Says(Resolver("google"), {"198.51.100.11"});
    other.purpose = Purpose::kControl;
    book.Learn(other);
    CHECK(book.Now().empty());
    other.purpose = Purpose::kName;
    other.host = "d2.example.com";
    book.Learn(other);
    CHECK(book.AddressesOf("d2.example.com", kNow).empty());
  }
}
