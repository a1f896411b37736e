#include "config/settings.h"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace dialwatch::config;
using namespace std::chrono_literals;

namespace {

// An environment variable for as long as this lives; null: unset.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    Set(value);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() { Set(before_ ? before_->c_str() : nullptr); }

 private:
  void Set(const char* value) const {
    if (value == nullptr) {
      unsetenv(name_);
    } else {
      setenv(name_, value, 1);
    }
  }

  const char* name_;
  std::optional<std::string> before_;
};

std::string StatePath(const char* systemd, const char* xdg, const char* home) {
  const ScopedVariable state_directory("STATE_DIRECTORY", systemd);
  const ScopedVariable xdg_state_home("XDG_STATE_HOME", xdg);
  const ScopedVariable home_directory("HOME", home);
  return DefaultStatePath();
}

}  // namespace

TEST_SUITE("config/settings") {
  TEST_CASE("the state is kept where systemd, XDG or the home says, in this order") {
    CHECK(StatePath("/var/lib/dialwatch", "/xdg", "/home/a") == "/var/lib/dialwatch/dialwatch.db");
    CHECK(StatePath("/var/lib/dialwatch:/var/lib/other", nullptr, nullptr) == "/var/lib/dialwatch/dialwatch.db");
    CHECK(StatePath(nullptr, "/xdg", "/home/a") == "/xdg/dialwatch/dialwatch.db");
    CHECK(StatePath("", "", "/home/a") == "/home/a/.local/state/dialwatch/dialwatch.db");
    CHECK(StatePath(nullptr, nullptr, nullptr).empty());
  }

  TEST_CASE("a relative XDG path is ignored, as its specification asks") {
    CHECK(StatePath(nullptr, "state", "/home/a") == "/home/a/.local/state/dialwatch/dialwatch.db");
  }

  TEST_CASE("the built-in defaults ask three operators and one STUN server about no dialer") {
    const Settings settings = DefaultSettings();
    REQUIRE(settings.resolvers.size() == 3);
    CHECK(settings.resolvers[0].name == "quad9");
    CHECK(settings.resolvers[0].operator_name == "quad9");
    CHECK(settings.resolvers[0].addresses[1].ToString() == "149.112.112.112:53");
    CHECK(settings.resolvers[1].addresses[0].ToString() == "1.1.1.1:53");
    CHECK(settings.resolvers[2].addresses[0].ToString() == "8.8.8.8:53");
    CHECK(settings.policy.ttl_max == 300s);
    REQUIRE(settings.stun_servers.size() == 1);
    CHECK(settings.stun_servers[0].uri.host == "stun.telnyx.com");
    CHECK(settings.stun_servers[0].uri.DefaultPort() == 3478);
    CHECK(settings.dialers.empty());
    CHECK(settings.source.empty());
  }

  TEST_CASE("a dialer made up for a host has its name and the policy's limit") {
    Settings settings;
    settings.policy.ttl_max = 60s;
    const Dialer dialer = AdHocDialer("D1.Example.com.", settings);
    CHECK(dialer.name == "d1.example.com");
    CHECK(dialer.host == "d1.example.com");
    CHECK(dialer.ttl_max == 60s);
    CHECK(dialer.types == std::vector{RecordType::kA});
    CHECK(dialer.expect.empty());
  }

  TEST_CASE("the pin of the nearest zone counts") {
    Settings settings;
    settings.authorities = {{"example.com", {}, ""}, {"eu.example.com", {}, ""}, {"com", {}, ""}};
    CHECK(FindAuthority(settings, "d1.eu.example.com") == &settings.authorities[1]);
    CHECK(FindAuthority(settings, "d1.us.example.com") == &settings.authorities[0]);
    CHECK(FindAuthority(settings, "example.com") == &settings.authorities[0]);
    CHECK(FindAuthority(settings, "d1.notexample.com") == &settings.authorities[2]);
    CHECK(FindAuthority(settings, "d1.example.org") == nullptr);
  }
}
