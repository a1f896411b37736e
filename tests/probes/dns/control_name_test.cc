#include "probes/dns/control_name.h"

#include <doctest/doctest.h>

#include <set>

#include "base/host_name.h"

using namespace dialwatch;

TEST_SUITE("probes/dns/control_name") {
  TEST_CASE("a control name is a new host name below the probe label each time") {
    const config::Authority pin{"example.com", {}, "probe"};
    std::set<std::string> names;
    for (int i = 0; i < 1000; ++i) {
      const std::string name = probes::ControlName(pin);
      CHECK(name.size() == 10 + std::string(".probe.example.com").size());
      CHECK(name.ends_with(".probe.example.com"));
      CHECK(*base::NormalizeHostName(name) == name);
      names.insert(name);
    }
    CHECK(names.size() == 1000);
  }
}
