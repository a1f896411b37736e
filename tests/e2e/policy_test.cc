#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/http_pages.h"

using namespace dialwatch::e2e;
namespace lab = dialwatch::lab;

namespace {

constexpr const char* kPolicy = "[policy]\nallowed_stun = [\"stun.telnyx.com\"]\n";

std::string IceConfig(const std::string& kind, const std::string& location) {
  return fmt::format("[[ice_config]]\nkind = \"{}\"\nlocation = \"{}\"\n", kind, location);
}

}  // namespace

TEST_SUITE("e2e/policy") {
  TEST_CASE("check names the line in Asterisk's config, in a page's script, and what cannot be read") {
    lab::Lab lab;
    lab::HttpPages pages;
    pages.Set("/", {"<script src=app.js></script>"});
    pages.Set("/app.js", {"\nu({urls:'stun:stun.l.google.com:19302',credential:'hunter2'})"});
    std::filesystem::create_directory(lab.folder() / "asterisk");
    lab::WriteFile(lab.folder() / "asterisk/rtp.conf",
                   "[general]\nstunaddr=stun.telnyx.com\nturnaddr=turn.other.example.com\n");
    lab::Config config;
    config.dialers = {"d1"};
    config.more = kPolicy + IceConfig("asterisk", "asterisk") + IceConfig("url", pages.Url("/?pass=hunter2")) +
                  IceConfig("file", "phones.sql");
    const auto path = lab::WriteConfig(config, lab.folder());
    const auto json = lab::Dialwatch({"check", "-c", path, "--format", "json"}, lab.folder());
    CHECK(json.exit == 1);
    CHECK(FindingIds(Json::parse(json.out)) == Strings{"ice-server-forbidden:stun.l.google.com:" + pages.Url("/"),
                                                       "ice-server-forbidden:turn.other.example.com:asterisk",
                                                       "policy-unreadable:phones.sql"});
    const auto text = lab::Dialwatch({"check", "-c", path}, lab.folder());
    for (const std::string& part : {std::string("asterisk/rtp.conf:3:1"), pages.Url("/app.js:2:10"),
                                    std::string("phones.sql: there is no such file"), std::string("3 ICE configs")}) {
      CAPTURE(part);
      CHECK(Contains(text.out, part));
    }
    CHECK_FALSE(Contains(text.out + text.err + json.out, "hunter2"));
    CHECK(pages.requests().size() == 4);  // once a check, not once a round

    lab::WriteFile(lab.folder() / "asterisk/rtp.conf", "stunaddr=stun.telnyx.com\n");
    config.more = kPolicy + IceConfig("asterisk", "asterisk");
    lab::WriteConfig(config, lab.folder());
    CHECK(lab::Dialwatch({"check", "-c", path}, lab.folder()).exit == 0);
    config.dialers = {};
    lab::WriteConfig(config, lab.folder());
    CHECK(lab::Dialwatch({"check", "-c", path}, lab.folder()).exit == 0);
  }

  TEST_CASE("the daemon sees that a server was written into a file, and that it was taken out again") {
    lab::Config config;
    config.dialers = {"d1"};
    config.more = kPolicy + IceConfig("file", "phones.sql");
    Watched watched(config);
    const auto write = [&](const std::string& host) {
      lab::WriteFile(watched.lab.folder() / "phones.sql", fmt::format("('100','stun:{}:3478')", host));
    };
    CHECK(watched.Finds({"policy-unreadable:phones.sql"}));
    const auto finds = [&](const Strings& ids) {
      return WaitUntil(20 * lab::Config::kInterval + kSoon, [&] { return watched.findings() == ids; });
    };
    write("stun.l.google.com");
    CHECK(finds({"ice-server-forbidden:stun.l.google.com:phones.sql"}));
    CHECK(ValueOf(watched.daemon,
                  "dialwatch_finding{rule=\"ice-server-forbidden\",subject=\"stun.l.google.com phones.sql\","
                  "severity=\"warning\"}") == 1);
    CHECK(StatusOf(watched.daemon)["ice_configs"][0]["servers"][0]["text"] == "stun:stun.l.google.com:3478");
    write("stun.telnyx.com");
    CHECK(finds({}));
  }

  TEST_CASE("a page that hangs holds up no dialer") {
    lab::HttpPages pages;
    pages.Set("/", {.body = "", .silent = true});
    lab::Config config;
    config.dialers = {"d1"};
    config.more = kPolicy + IceConfig("url", pages.Url("/"));
    Watched watched(config);
    watched.LetRounds(4);
    CHECK(ProbesOf(watched.daemon, "google") >= 4);
    const auto start = std::chrono::steady_clock::now();
    CHECK(watched.daemon.process().End(std::chrono::seconds(5)) == 0);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
  }

  TEST_CASE("this machine's own resolvers are held against the policy") {
    lab::Lab lab;
    lab::Config config;
    config.dialers = {"d1"};
    config.more = "[policy]\nallowed_resolvers = [\"192.0.2.250\"]\n";
    const auto path = lab::WriteConfig(config, lab.folder());
    const auto output = lab::Dialwatch({"check", "-c", path}, lab.folder());
    CHECK(output.exit == 1);  // whatever this machine's file names, or where it has none
    CHECK((Contains(output.out, "resolver-forbidden") || Contains(output.out, "policy-unreadable")));
    CHECK(Contains(output.out, "/etc/resolv.conf"));
  }
}
