#include "daemon/reports/table.h"

#include <doctest/doctest.h>

using dialwatch::daemon::Cell;
using dialwatch::daemon::Table;

TEST_SUITE("daemon/reports/table") {
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

  TEST_CASE("where there is no room columns are folded from the right, as few as will do") {
    using Fold = dialwatch::daemon::Column::Fold;
    Table table({"NAME", {"ANSWER", Fold::kBelow}, {"RTT", Fold::kDetail, "in "}, {"NOTE", Fold::kBelow}});
    table.Add({"a", "192.0.2.1", "1 ms", ""});
    table.Add({"b", "192.0.2.2", "2 ms", "a long note"}, true);
    CHECK(table.Render(0, 34) ==
          "NAME  ANSWER     RTT   NOTE\na     192.0.2.1  1 ms\nb     192.0.2.2  2 ms  a long note\n");
    CHECK(table.Render(0, 33) ==
          "NAME  ANSWER     RTT\na     192.0.2.1  1 ms\nb     192.0.2.2  2 ms\n    a long note\n");
    CHECK(table.Render(0, 20) == "NAME  ANSWER\na     192.0.2.1\nb     192.0.2.2\n    in 2 ms, a long\n    note\n");
    CHECK(table.Render(0, 13).find("\n    192.0.2.1\n") != std::string::npos);
  }

  TEST_CASE("text is broken at spaces only") {
    using dialwatch::daemon::Wrap;
    CHECK(Wrap("one two three", 0, 2, 8) == "one two\n  three\n");
    CHECK(Wrap("2001:db8:0:1:1:1:1:1 next", 2, 4, 10) == "  2001:db8:0:1:1:1:1:1\n    next\n");
    CHECK(Wrap("one two", 1, 1, 0) == " one two\n");
    CHECK(Wrap("", 1, 1, 10) == "");
  }
}
