#include "daemon/table.h"

#include <doctest/doctest.h>

using dialwatch::daemon::Cell;
using dialwatch::daemon::Table;

TEST_SUITE("daemon/table") {
  TEST_CASE("columns are as wide as their widest cell, and no line ends in spaces") {
    Table table({"NAME", "TTL", "NOTE"});
    table.Add({"quad9", "5m", ""});
    table.Add({"cloudflare", "23h 59m", "slow"});
    CHECK(table.Render(2) ==
          "  NAME        TTL      NOTE\n"
          "  quad9       5m\n"
          "  cloudflare  23h 59m  slow\n");
  }

  TEST_CASE("a column without content is left out") {
    Table table({"NAME", "RCODE", "NOTE"});
    table.Add({"a", "", "x"});
    CHECK(table.Render() == "NAME  NOTE\na     x\n");
  }

  TEST_CASE("colour does not count as width") {
    Table table({"V", "N"});
    table.Add({Cell("ok", "\x1b[32mok\x1b[0m"), "1"});
    table.Add({"bogus", "2"});
    CHECK(table.Render() == "V      N\n\x1b[32mok\x1b[0m     1\nbogus  2\n");
  }

  TEST_CASE("a character of several octets is one column wide") {
    Table table({"A", "B"});
    table.Add({"é…", "1"});
    CHECK(table.Render() == "A   B\né…  1\n");
  }
}
