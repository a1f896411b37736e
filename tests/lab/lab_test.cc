#include "tests/lab/lab.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/unique_fd.h"
#include "tests/lab/dns_query.h"
#include "tests/lab/http_get.h"
#include "tests/lab/http_sink.h"
#include "tests/lab/stun_liar.h"
#include "tests/lab/stun_message.h"

using namespace dialwatch::lab;
using Addresses = std::vector<std::string>;

TEST_SUITE("lab") {
  TEST_CASE("nothing outside can be reached") {
    const dialwatch::base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in outside{};
    outside.sin_family = AF_INET;
    outside.sin_port = htons(53);
    outside.sin_addr.s_addr = inet_addr("192.0.2.200");
    CHECK(connect(fd.get(), reinterpret_cast<sockaddr*>(&outside), sizeof outside) != 0);
    CHECK(errno == ENETUNREACH);
  }

  TEST_CASE("every resolver finds the authority from the root, at both of its addresses") {
    const Lab lab;
    for (const char* address : {kQuad9, kQuad9Second, kCloudflare, kCloudflareSecond, kGoogle, kGoogleSecond}) {
      CAPTURE(address);
      const auto reply = Ask(address, "d10.example.com");
      REQUIRE(reply);
      CHECK(reply->addresses == Addresses{"198.51.100.20"});
      CHECK(reply->ttl <= 300);
      CHECK_FALSE(reply->aa);
    }
    CHECK(Ask(kGoogle, "stun.telnyx.com")->addresses == Addresses{kStun});
    CHECK(Ask(kNs2, "d1.example.com")->aa);
    CHECK(Ask(kQuad9, "nobody.example.com")->rcode == 3);
  }

  TEST_CASE("a wrong copy stays at the one resolver that took it, capped by its operator, until it is flushed") {
    Lab lab;
    lab.Poison(lab.google, "d3.example.com");
    lab.Poison(lab.cloudflare, "d4.example.com", "203.0.113.67");
    const auto google = Ask(kGoogleSecond, "d3.example.com"), cloudflare = Ask(kCloudflare, "d4.example.com");
    CHECK(google->addresses == Addresses{kWrong});
    CHECK(google->ttl > 21590);
    CHECK(google->ttl <= 21600);
    CHECK(cloudflare->addresses == Addresses{"203.0.113.67"});
    CHECK(cloudflare->ttl > 86390);
    CHECK(Ask(kQuad9, "d3.example.com")->addresses == Addresses{"198.51.100.13"});
    CHECK(Ask(kNs1, "d3.example.com")->addresses == Addresses{"198.51.100.13"});
    lab.google.Flush("d3.example.com");
    CHECK(Ask(kGoogle, "d3.example.com")->addresses == Addresses{"198.51.100.13"});
  }

  TEST_CASE("a resolver can deny a name, refuse it, hang, and be gone") {
    Lab lab;
    lab.quad9.Deny("d1.example.com");
    lab.quad9.Refuse("d2.example.com");
    CHECK(Ask(kQuad9, "d1.example.com")->rcode == 3);
    CHECK(Ask(kQuad9, "d2.example.com")->rcode == 5);
    CHECK(Ask(kQuad9, "d3.example.com")->rcode == 0);
    lab.quad9.Hang();
    CHECK_FALSE(Ask(kQuad9, "d3.example.com", "A", std::chrono::milliseconds(100)));
    lab.quad9.Wake();
    CHECK(Ask(kQuad9, "d3.example.com"));
    lab.quad9.Stop();
    CHECK_FALSE(Ask(kQuad9, "d3.example.com", "A", std::chrono::milliseconds(100)));
    lab.quad9.Start();
    lab.quad9.WaitReady();
    CHECK(Ask(kQuad9, "d3.example.com")->rcode == 0);
  }

  TEST_CASE("both STUN servers see the office, the liar says otherwise") {
    const Lab lab;
    const StunLiar liar(kThirdStun, "198.51.100.99");
    constexpr std::chrono::milliseconds kTimeout(1000);
    CHECK(Bind(kStun, kTimeout)->address.ToString() == kOffice);
    CHECK(Bind(kSecondStun, kTimeout)->address.ToString() == kOffice);
    CHECK(Bind(kThirdStun, kTimeout)->address.ToString() == "198.51.100.99");
  }

  TEST_CASE("in the dark nobody answers") {
    Lab lab;
    lab.Darken();
    CHECK_FALSE(Ask(kQuad9, "d1.example.com", "A", std::chrono::milliseconds(100)));
    CHECK_FALSE(Ask(kNs1, "d1.example.com", "A", std::chrono::milliseconds(100)));
    CHECK_FALSE(Bind(kStun, std::chrono::milliseconds(100)));
  }

  TEST_CASE("the sink keeps what is posted") {
    const HttpSink sink;
    const TemporaryFolder folder;
    const Output posted =
        Run({"curl", "-sS", "-d", R"({"text":"hello"})", sink.url()}, folder.path(), std::chrono::seconds(5));
    CHECK(posted.err == "");
    CHECK(posted.out == "ok");
    CHECK(sink.bodies() == std::vector<std::string>{R"({"text":"hello"})"});
  }

  TEST_CASE("a child's exit code and output are kept, and one that will not end is killed") {
    const TemporaryFolder folder;
    const Output output = Run({"sh", "-c", "echo out; echo err >&2; exit 7"}, folder.path(), std::chrono::seconds(5));
    CHECK(output.exit == 7);
    CHECK(output.out == "out\n");
    CHECK(output.err == "err\n");
    Process stubborn({"sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"}, folder.path() / "stubborn");
    REQUIRE(WaitUntil(std::chrono::seconds(5), [&] { return stubborn.out() == "up\n"; }));
    CHECK(stubborn.End(std::chrono::milliseconds(100)) == 128 + SIGKILL);
  }
}
