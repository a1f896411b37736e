#include <doctest/doctest.h>

#include <fstream>

#include "tests/structure/checks.h"
#include "tests/temporary_folder.h"

using namespace dialwatch::structure;

namespace {

using Lines = std::vector<std::string>;

std::string Joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

const Tree& OwnTree() {
  static const Tree kTree = ReadTree(DIALWATCH_SOURCE_DIR);
  return kTree;
}

}  // namespace

TEST_SUITE("structure: this tree") {
  TEST_CASE("is the one that is meant") {
    CHECK(OwnTree().contains("CMakeLists.txt"));
    CHECK(OwnTree().contains("base/result.h"));
    CHECK(OwnTree().contains("tests/structure/structure_test.cc"));
  }
  TEST_CASE("includes point down only") {
    CHECK(Joined(CheckIncludeDirection(OwnTree())) == "");
  }
  TEST_CASE("third-party headers stay within their folder") {
    CHECK(Joined(CheckThirdPartyHeaders(OwnTree())) == "");
  }
  TEST_CASE("no source is over 400 lines") {
    CHECK(Joined(CheckLength(OwnTree())) == "");
  }
  TEST_CASE("every header can be included twice") {
    CHECK(Joined(CheckHeaderGuards(OwnTree())) == "");
  }
  TEST_CASE("files that comments and documents name exist") {
    CHECK(Joined(CheckNamedFiles(OwnTree())) == "");
  }
  TEST_CASE("no file names a path of one machine") {
    CHECK(Joined(CheckMachinePaths(OwnTree())) == "");
  }
}

TEST_SUITE("structure: a made-up tree") {
  TEST_CASE("an include may point down, across files of a folder, or to the system") {
    const Tree tree{{"base/a.h", "#pragma once\n#include <string>\n"},
                    {"state/s.h", "#include \"base/a.h\"\n"},
                    {"alerting/b.cc", "#include \"alerting/b.h\"\n#include \"base/a.h\"\n#include \"state/s.h\"\n"},
                    {"daemon/version.h.in", ""},
                    {"daemon/main.cc", "#include \"daemon/version.h\"\n"},
                    {"alerting/b.h", "// #include \"daemon/main.h\"\n"},
                    {"tests/base/a.cc", "#include \"daemon/main.h\"\n#include <ares.h>\n"}};
    CHECK(CheckIncludeDirection(tree).empty());
    CHECK(CheckThirdPartyHeaders(tree).empty());
  }

  TEST_CASE("an include that points up or sideways is found, with its line") {
    const Tree tree{{"base/a.h", "#pragma once\n\n  # include \"config/c.h\"\n"},
                    {"config/c.h", ""},
                    {"exporter/e.h", "#include \"alerting/l.h\"\n"},
                    {"alerting/l.h", "#include \"exporter/e.h\"\n"},
                    {"state/s.cc", "#include \"config/c.h\"\n"},
                    {"diagnosis/d.cc", "#include \"state/s.h\"\n"},
                    {"state/s.h", ""}};
    CHECK(CheckIncludeDirection(tree) ==
          Lines{"alerting/l.h:1: alerting may not include exporter: includes point down only",
                "base/a.h:3: base may not include config: includes point down only",
                "diagnosis/d.cc:1: diagnosis may not include state: includes point down only",
                "exporter/e.h:1: exporter may not include alerting: includes point down only",
                "state/s.cc:1: state may not include config: includes point down only"});
  }

  TEST_CASE("an include that hides where it points is found") {
    const Tree tree{{"base/a.h", ""},
                    {"base/x.cc", "#include \"a.h\"\n#include \"../config/c.h\"\n#include <base/a.h>\n"},
                    {"config/c.h", ""}};
    CHECK(CheckIncludeDirection(tree) ==
          Lines{"base/x.cc:1: include \"a.h\" in quotes, by its path from the root",
                "base/x.cc:2: include \"../config/c.h\" in quotes, by its path from the root",
                "base/x.cc:3: include \"base/a.h\" in quotes, by its path from the root"});
  }

  TEST_CASE("the product cannot include its tests, and a new folder needs a place") {
    const Tree tree{{"base/a.cc", "#include \"tests/t.h\"\n"}, {"tests/t.h", ""}, {"media/m.h", ""}};
    CHECK(CheckIncludeDirection(tree) ==
          Lines{"media/m.h:1: its folder has no place in the order of includes; give it one",
                "base/a.cc:1: base may not include tests: includes point down only"});
  }

  TEST_CASE("the full JSON header in a header is found") {
    const Tree tree{{"base/json.h", ""},
                    {"config/c.h", "#include \"base/json.h\"\n"},
                    {"config/c.cc", "#include \"base/json.h\"\n"}};
    CHECK(CheckIncludeDirection(tree) == Lines{"config/c.h:1: base/json.h is for .cc files; include base/json_fwd.h"});
  }

  TEST_CASE("a third-party header outside of its folder is found") {
    const Tree tree{
        {"probes/dns/q.cc", "#include <ares.h>\n#include <ares_dns.h>\n#include <sys/socket.h>\n"},
        {"probes/stun/r.cc", "#include <stun/usages/bind.h>\n#include <ares.h>\n"},
        {"probes/loop.cc", "#include <uv.h>\n#include <fmt/format.h>\n"},
        {"daemon/main.cc", "#include <CLI/CLI.hpp>\n#include <nlohmann/json.hpp>\n#include <boost/asio.hpp>\n"},
        {"base/tls.cc", "#include <doctest/doctest.h>\n#include <curl/curl.h>\n"}};
    CHECK(CheckThirdPartyHeaders(tree) ==
          Lines{"base/tls.cc:1: <doctest/doctest.h> has no place in the product",
                "base/tls.cc:2: <curl/curl.h> stays within alerting and probes/dns and probes/policy",
                "daemon/main.cc:2: <nlohmann/json.hpp> stays within base",
                "daemon/main.cc:3: <boost/asio.hpp> is in no table of third-party headers; add it",
                "probes/stun/r.cc:2: <ares.h> stays within probes/dns"});
  }

  TEST_CASE("a source over 400 lines is found, tests included") {
    const std::string lines(400, '\n');
    const Tree tree{{"base/a.cc", lines}, {"tests/base/b.cc", lines + "\n"}, {"docs/findings.md", lines + lines}};
    CHECK(CheckLength(tree) == Lines{"tests/base/b.cc:401: over 400 lines; split it"});
  }

  TEST_CASE("a header without #pragma once is found") {
    const Tree tree{{"base/a.h", "// why\n#pragma once\n"}, {"base/b.h", "// #pragma once\n"}, {"base/b.cc", ""}};
    CHECK(CheckHeaderGuards(tree) == Lines{"base/b.h:1: a header needs #pragma once"});
  }

  TEST_CASE("a comment or a document that names a file which has moved is found") {
    const Tree tree{{"base/a.h", "// see base/b.h\nint a;  // (base/a.h)\n#include \"base/c.h\"\n"},
                    {"docs/a.md", "`base/a.h`\n`state/gone.cc`\n"}};
    CHECK(CheckNamedFiles(tree) == Lines{"base/a.h:1: base/b.h does not exist; where is it now?",
                                         "docs/a.md:2: state/gone.cc does not exist; where is it now?"});
  }

  TEST_CASE("a path of one machine is found in any text file") {
    const std::string home = std::string("/ro") + "ot/";
    const Tree tree{{"docs/a.md", "fine\nsee " + home + "someone/notes\n"}, {"systemd/x.service", "ProtectHome=yes\n"}};
    CHECK(CheckMachinePaths(tree) == Lines{"docs/a.md:2: \"" + home + "\" is a path of one machine"});
  }

  TEST_CASE("a tree is read without build folders, version control and binary files") {
    namespace fs = std::filesystem;
    const dialwatch::testing::TemporaryFolder temporary;
    const fs::path& folder = temporary.path();
    const auto write = [&](const fs::path& path, std::string_view text) {
      fs::create_directories((folder / path).parent_path());
      std::ofstream(folder / path, std::ios::binary) << text;
    };
    write("base/a.h", "text\n");
    write("base/seed", std::string_view("a\0b", 3));
    write(".ci/run", "#!/bin/bash\n");
    write(".git/HEAD", "ref\n");
    write("build/a/CMakeFiles/log", "generated\n");
    write("out/CMakeCache.txt", "");
    write("out/base/a.h", "generated\n");
    const Tree tree = ReadTree(folder);
    CHECK(tree == Tree{{".ci/run", "#!/bin/bash\n"}, {"base/a.h", "text\n"}});
  }
}
