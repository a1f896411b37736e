#include "probes/turn/credentials.h"

#include <doctest/doctest.h>

#include "tests/temporary_folder.h"

namespace dialwatch::probes {

using base::TimePoint;
using namespace std::chrono_literals;

TEST_SUITE("probes/turn/credentials") {
  TEST_CASE("time-limited credentials are made as coturn makes them") {
    // printf '%s' 1433895918:webphone | openssl dgst -sha1 -hmac sesame -binary | base64
    const TurnCredentials made = MakeTurnCredentials("sesame", "webphone", TimePoint(1433895918s));
    CHECK(made.username == "1433895918:webphone");
    CHECK(made.password == "fk46yjXRCH5jfiVF4JU4Za4+cJg=");
    CHECK(MakeTurnCredentials("sesame", "", TimePoint(1433895918s)).username == "1433895918");
  }

  TEST_CASE("the password is the first line of its file") {
    const testing::TemporaryFolder folder;
    folder.Write("password", "sesame\nmore\n");
    config::Turn server;
    server.username = "webphone";
    server.password_file = "password";
    const auto read = ReadTurnCredentials(server, {"", folder.path()}, TimePoint());
    REQUIRE(read);
    CHECK(read->username == "webphone");
    CHECK(read->password == "sesame");
  }

  TEST_CASE("a shared secret gives credentials for an hour") {
    const testing::TemporaryFolder folder;
    folder.Write("secret", "sesame\n");
    config::Turn server;
    server.username = "webphone";
    server.secret_file = "secret";
    const auto read = ReadTurnCredentials(server, {"", folder.path()}, TimePoint(1433892318s));
    REQUIRE(read);
    CHECK(read->username == "1433895918:webphone");
    CHECK(read->password == "fk46yjXRCH5jfiVF4JU4Za4+cJg=");
  }

  TEST_CASE("a file that cannot be read is named, and what was to be in it") {
    const testing::TemporaryFolder folder;
    folder.Write("empty", "\nsesame");
    config::Turn server;
    server.secret_file = "none";
    CHECK(ReadTurnCredentials(server, {"", folder.path()}, TimePoint()).error().what ==
          "secret_file " + (folder / "none") +
              ": there is no such file; check the path; its first line is to be the shared secret");
    server.secret_file = "";
    server.password_file = "empty";
    CHECK(ReadTurnCredentials(server, {"", folder.path()}, TimePoint()).error().what ==
          "password_file " + (folder / "empty") + ": its first line is empty; its first line is to be the password");
  }
}

}  // namespace dialwatch::probes
