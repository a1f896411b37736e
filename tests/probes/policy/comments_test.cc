#include "probes/policy/comments.h"

#include <doctest/doctest.h>

#include <ctime>

using namespace dialwatch::probes;

namespace {

std::string Script(const std::string& text) {
  return WithoutComments(text, Syntax::kScript);
}

std::string Conf(const std::string& text) {
  return WithoutComments(text, Syntax::kConf);
}

}  // namespace

TEST_SUITE("probes/policy/comments") {
  TEST_CASE("Asterisk: from a semicolon to the end of the line, and lines and columns stay") {
    CHECK(Conf("a=1 ; two\nb=2\n;c") == "a=1      \nb=2\n  ");
    CHECK(Conf(";--- no block\nb=2") == "             \nb=2");
    CHECK(Conf("a=1\\;2") == "a=1\\;2");
  }

  TEST_CASE("Asterisk: blocks, and blocks in blocks") {
    CHECK(Conf("a;-- x\ny --;b\nc") == "a     \n     b\nc");
    CHECK(Conf(";-- 1 ;-- 2 --; 3 --;b") == "                     b");
    CHECK(Conf("; a line ;-- opens none\nb=2") == "                       \nb=2");
    CHECK(Conf(";-- without end\nb=2") == "               \n   ");
  }

  TEST_CASE("scripts: to the end of the line, but not within a string") {
    CHECK(Script("a(); // b\nc") == "a();     \nc");
    CHECK(Script("// b") == "    ");
    CHECK(Script("x = \"https://a\", // b") == "x = \"https://a\",     ");
    CHECK(Script("x = 'a // b'; y") == "x = 'a // b'; y");
    CHECK(Script("x = 'it\\'s // b'") == "x = 'it\\'s // b'");
    CHECK(Script("http://a/b") == "http://a/b");
  }

  TEST_CASE("scripts: blocks, over lines as well") {
    CHECK(Script("a /* b\nc */ d // e\nf") == "a     \n     d     \nf");
    CHECK(Script("<p><!-- b\n-->c") == "<p>      \n   c");
    CHECK(Script("a /* without end\nb") == "a /* without end\nb");
    CHECK(Script("accept=\"image/*\" b */ c") == "accept=\"image/*\" b */ c");
  }

  TEST_CASE("scripts: what a page hides from browsers without scripts is none, for the others run it") {
    for (const std::string tag : {"<script>", "<script type='text/javascript'>\n", "<SCRIPT LANGUAGE=javascript> "}) {
      CAPTURE(tag);
      CHECK(Script(tag + "<!--\nu()\n//--></script>") == tag + "<!--\nu()\n     </script>");
    }
    CHECK(Script("<p><!-- <script>u()</script> -->") == "<p>                             ");
  }

  TEST_CASE("scripts: what looks like a comment in the text of a page hides no script") {
    CHECK(Script("a // b<script>u()</script>") == "a     <script>u()</script>");
    CHECK(Script("<script>u() // b</script><p>c") == "<script>u()     </script><p>c");
    CHECK(Script("a /* b<script>u()</script> */") == "a /* b<script>u()</script> */");
  }

  TEST_CASE("scripts: the long lines of what is minified have none") {
    const std::string bundle = std::string(1000, 'x') + " // a /* b */";
    CHECK(Script(bundle) == bundle);
  }

  TEST_CASE("text has no comments") {
    CHECK(WithoutComments("a // b ; c", Syntax::kText) == "a // b ; c");
  }

  TEST_CASE("blocks that never end take no more time than others") {
    std::string text;
    while (text.size() < std::size_t{1} << 20) text += "> /* <!-- ;-- // </script\n";
    const std::clock_t start = std::clock();
    CHECK(Script(text).size() == text.size());
    CHECK(Conf(text).size() == text.size());
    CHECK(std::clock() - start < 5 * CLOCKS_PER_SEC);  // of our own: the machine may be busy
  }
}
