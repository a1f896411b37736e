#include "base/ip_address.h"

#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstring>
#include <initializer_list>
#include <string_view>
#include <utility>

using namespace dialwatch::base;

namespace {

IpAddress Address(std::string_view text) {
  return *IpAddress::Parse(text);
}

}  // namespace

TEST_SUITE("base/ip_address") {
  TEST_CASE("reads an address and writes it in its canonical form") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},           // RFC 5952 §4.3, §4.2.1
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // §4.2.2: one group of zeros stays
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // §4.2.3: the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // §4.2.3: the first of equals
        {"::", "::"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},  // §5
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      REQUIRE(IpAddress::Parse(c.first));
      CHECK(Address(c.first).ToString() == c.second);
      CHECK(Address(c.second) == Address(c.first));
    }
    CHECK(Address("::").is_v6());
    CHECK_FALSE(Address("0.0.0.0").is_v6());
    CHECK(IpAddress() == Address("0.0.0.0"));
    CHECK(IpAddress() != Address("::"));
  }

  TEST_CASE("takes nothing that is almost an address") {
    for (const std::string_view text :
         {"", " 192.0.2.1", "192.0.2.1 ", "192.0.2", "192.0.2.1.1", "192.0.2.256", "192.0.2.01", "0x7f.1", "3221225985",
          "1.2.3.4/32", "[::1]", "fe80::1%lo", "::1::", "1:2:3:4:5:6:7", "12345::", "localhost"}) {
      CAPTURE(text);
      CHECK_FALSE(IpAddress::Parse(text));
    }
    CHECK_FALSE(IpAddress::Parse(std::string_view("192.0.2.1\0", 10)));
    CHECK(IpAddress::Parse("192.0.2.x").error().what == "\"192.0.2.x\" is not an IP address");
    CHECK(IpAddress::Parse("\x1b[2J").error().what == "\"\\027[2J\" is not an IP address");
    CHECK(IpAddress::Parse(std::string(1'000'000, '1')).error().what.size() < 200);
  }

  TEST_CASE("sorts by family, then by number") {
    CHECK(Address("9.9.9.9") < Address("10.0.0.1"));
    CHECK(Address("255.255.255.255") < Address("::"));
    CHECK(Address("2001:db8::2") < Address("2001:db8::10"));
  }

  TEST_CASE("knows the addresses that no public server has") {
    for (const std::string_view text :
         {"0.0.0.0",     "0.1.2.3",    "10.0.0.1",         "100.64.0.1",     "100.127.255.255",
          "127.0.0.1",   "127.8.9.10", "169.254.1.1",      "172.16.0.1",     "172.31.255.255",
          "192.168.1.1", "224.0.0.1",  "239.1.1.1",        "240.0.0.1",      "255.255.255.255",
          "::",          "::1",        "fe80::1",          "febf::1",        "fc00::1",
          "fd12::1",     "ff02::1",    "::ffff:127.0.0.1", "::ffff:10.0.0.1"}) {
      CAPTURE(text);
      CHECK(Address(text).IsSpecialPurpose());
    }
    for (const std::string_view text :
         {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
          "169.253.0.1", "172.15.255.255", "172.32.0.0", "192.167.1.1", "192.169.1.1", "198.51.100.11", "203.0.113.1",
          "223.255.255.255", "::2", "2001:db8::1", "fec0::1", "fe00::1"}) {
      CAPTURE(text);
      CHECK_FALSE(Address(text).IsSpecialPurpose());
    }
  }

  TEST_CASE("knows loopback and the unspecified address in both families") {
    CHECK(Address("127.255.0.1").IsLoopback());
    CHECK(Address("::1").IsLoopback());
    CHECK_FALSE(Address("128.0.0.1").IsLoopback());
    CHECK_FALSE(Address("::2").IsLoopback());
    CHECK(Address("0.0.0.0").IsUnspecified());
    CHECK(Address("::").IsUnspecified());
    CHECK_FALSE(Address("0.0.0.1").IsUnspecified());
    CHECK_FALSE(Address("::1").IsUnspecified());
  }
}

TEST_SUITE("base/ip_address prefix") {
  TEST_CASE("holds the addresses that share its bits") {
    struct Case {
      std::string_view prefix, inside, outside;
    };
    for (const Case& c : std::initializer_list<Case>{
             {"198.51.100.0/24", "198.51.100.255", "198.51.101.0"},
             {"198.51.100.128/25", "198.51.100.128", "198.51.100.127"},
             {"198.51.100.8/31", "198.51.100.9", "198.51.100.10"},
             {"198.51.100.8", "198.51.100.8", "198.51.100.9"},
             {"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
             {"128.0.0.0/1", "255.0.0.0", "127.0.0.0"},
             {"0.0.0.0/0", "255.255.255.255", "::"},
             {"::/0", "ffff::", "0.0.0.0"},
             {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
             {"2001:db8::1", "2001:db8::1", "2001:db8::2"},
         }) {
      CAPTURE(c.prefix);
      REQUIRE(IpPrefix::Parse(c.prefix));
      CHECK(IpPrefix::Parse(c.prefix)->Contains(Address(c.inside)));
      CHECK_FALSE(IpPrefix::Parse(c.prefix)->Contains(Address(c.outside)));
    }
  }

  TEST_CASE("writes its length always") {
    CHECK(IpPrefix::Parse("198.51.100.8")->ToString() == "198.51.100.8/32");
    CHECK(IpPrefix::Parse("2001:db8::/32")->ToString() == "2001:db8::/32");
    CHECK(IpPrefix::Parse("::1")->length == 128);
  }

  TEST_CASE("takes no length outside of the address") {
    CHECK(IpPrefix::Parse("198.51.100.0/33").error().what ==
          "\"198.51.100.0/33\" is not a prefix: the length must be 0 to 32");
    CHECK(IpPrefix::Parse("::/129").error().what == "\"::/129\" is not a prefix: the length must be 0 to 128");
    for (const std::string_view text : {"198.51.100.0/", "198.51.100.0/-1", "198.51.100.0/+1", "198.51.100.0/8x", "/8",
                                        "198.51.100.0/8/8", "198.51.100.0/99999999999999", "198.51.100.0/ 8"}) {
      CAPTURE(text);
      CHECK_FALSE(IpPrefix::Parse(text));
    }
  }
}

TEST_SUITE("base/ip_address endpoint") {
  TEST_CASE("reads an address with or without a port") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"192.0.2.1", "192.0.2.1:53"},       {"192.0.2.1:5300", "192.0.2.1:5300"},
        {"2001:db8::1", "[2001:db8::1]:53"}, {"[2001:db8::1]", "[2001:db8::1]:53"},
        {"[::1]:65535", "[::1]:65535"},      {"2001:db8::1:53", "[2001:db8::1:53]:53"},
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      REQUIRE(Endpoint::Parse(c.first, 53));
      CHECK(Endpoint::Parse(c.first, 53)->ToString() == c.second);
    }
    CHECK(Endpoint::Parse("192.0.2.1", 53)->ToString(53) == "192.0.2.1");
    CHECK(Endpoint::Parse("::1", 53)->ToString(53) == "::1");
    CHECK(Endpoint::Parse("::1", 54)->ToString(53) == "[::1]:54");
  }

  TEST_CASE("says what is wrong with a text that is no endpoint") {
    const std::initializer_list<std::pair<std::string_view, std::string_view>> cases{
        {"[::1", "\"[::1\" lacks a closing ]"},
        {"[::1]53", "\"[::1]53\" has text after ]"},
        {"[::1]:", "\"[::1]:\" has no port from 1 to 65535"},
        {"192.0.2.1:", "\"192.0.2.1:\" has no port from 1 to 65535"},
        {"192.0.2.1:0", "\"192.0.2.1:0\" has no port from 1 to 65535"},
        {"192.0.2.1:65536", "\"192.0.2.1:65536\" has no port from 1 to 65535"},
        {"192.0.2.1:-1", "\"192.0.2.1:-1\" has no port from 1 to 65535"},
        {"192.0.2.1:53x", "\"192.0.2.1:53x\" has no port from 1 to 65535"},
        {"dns.example:53", "\"dns.example\" is not an IP address"},
        {"[192.0.2.1]:53", "\"[192.0.2.1]:53\" has brackets around what is no IPv6 address"},
        {"[]:53", "\"\" is not an IP address"},
        {":53", "\"\" is not an IP address"},
        {"", "\"\" is not an IP address"},
    };
    for (const auto& c : cases) {
      CAPTURE(c.first);
      const auto endpoint = Endpoint::Parse(c.first, 53);
      REQUIRE_FALSE(endpoint);
      CHECK(endpoint.error().what == c.second);
    }
  }

  TEST_CASE("goes through a socket address and back") {
    for (const std::string_view text : {"192.0.2.1:5300", "[2001:db8::1]:5300"}) {
      CAPTURE(text);
      const Endpoint endpoint = *Endpoint::Parse(text, 0);
      sockaddr_storage storage;
      std::memset(&storage, 0xFF, sizeof storage);
      const socklen_t size = endpoint.ToSockaddr(&storage);
      CHECK(size == (endpoint.address.is_v6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in)));
      CHECK(Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&storage)) == endpoint);
    }
    sockaddr_storage storage{};
    Endpoint::Parse("192.0.2.1:258", 0)->ToSockaddr(&storage);
    CHECK(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port == htons(258));
    sockaddr other{};
    other.sa_family = AF_UNIX;
    CHECK(Endpoint::FromSockaddr(&other) == Endpoint{});
  }
}
