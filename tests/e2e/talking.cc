#include "tests/e2e/talking.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tests/lab/addresses.h"
#include "tests/lab/netns.h"

namespace dialwatch::e2e {
namespace {

using namespace std::chrono_literals;

constexpr auto kTurns = 40s;  // a few turns of media

const char* Own(const char* address) {
  lab::AddAddress(address, lab::kOffice);
  return address;
}

}  // namespace

Talking::Talking(const std::string& interval, const std::string& more)
    : d1("d1", Own(kD1)), d2("d2", Own(kD2)), watched(Config(interval, more)) {}

lab::Config Talking::Config(const std::string& interval, const std::string& more) const {
  lab::Config config;
  config.dialers = {"d1", "d2"};
  config.dialer_keys = "reflector_port = 9000";
  config.more = lab::ShortTrains(lab::WriteReflectorKeys(folder.path()), interval) + more;
  return config;
}

Json Talking::Train(const std::string& dialer, const std::string& address, const std::string& relay) const {
  const Json status = StatusOf(watched.daemon);
  for (const Json& train : status["media"]) {
    if (train["dialer"] == dialer && train.value("address", "") == address + ":9000" &&
        train.value("relay", "") == relay) {
      return train;
    }
  }
  return {};
}

bool Talking::Ends(const std::string& dialer, const std::string& outcome, const char* address,
                   const std::string& relay) const {
  return lab::WaitUntil(kTurns, [&] {
    const Json train = Train(dialer, address, relay);
    return !train.is_null() && train["outcome"] == outcome;
  });
}

bool Talking::Has(const std::string& finding) const {
  const bool found = lab::WaitUntil(kTurns, [&] {
    const Strings ids = watched.findings();
    return std::find(ids.begin(), ids.end(), finding) != ids.end();
  });
  if (!found) MESSAGE("the findings are " << fmt::format("{}", fmt::join(watched.findings(), " ")));
  return found;
}

bool Talking::IsWell() const {
  return lab::WaitUntil(kTurns, [&] { return watched.findings().empty(); });
}

Wall::Wall(const std::string& rule) {
  const std::string command =
      "add table inet wall; add chain inet wall input { type filter hook input priority 0; }; "
      "add rule inet wall input " +
      rule;
  const lab::Output output = lab::Run({"nft", command}, folder_.path(), kSoon);
  CAPTURE(output.err);
  REQUIRE(output.exit == 0);
}

Wall::~Wall() {
  lab::Run({"nft", "delete table inet wall"}, folder_.path(), kSoon);
}

}  // namespace dialwatch::e2e
