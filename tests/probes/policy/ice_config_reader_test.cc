#include "probes/policy/ice_config_reader.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "base/names.h"
#include "tests/lab/http_pages.h"
#include "tests/temporary_folder.h"

using namespace dialwatch::probes;
using dialwatch::config::IceConfig;
using dialwatch::testing::TemporaryFolder;
namespace lab = dialwatch::lab;

namespace {

// "OUTCOME [ERROR]", and a line for each server with where it stands. `root` is left out of all of them.
std::string Read(IceConfig::Kind kind, const std::string& location, const std::string& root) {
  const IceConfigSample sample = ReadIceConfig({kind, location}, root, {});
  CHECK(sample.location == location);
  std::vector<std::string> lines{fmt::format("{} {}", dialwatch::base::NameOf(sample.outcome), sample.error)};
  for (const auto& server : sample.servers) lines.push_back(fmt::format("{} {}", server.Where(), server.server.text));
  std::string text = fmt::format("{}", fmt::join(lines, "\n"));
  for (std::size_t at = 0; (at = text.find(root + "/", at)) != std::string::npos;) text.erase(at, root.size() + 1);
  return text;
}

std::string ReadFile(const TemporaryFolder& folder, const std::string& name, const std::string& text) {
  folder.Write(name, text);
  return Read(IceConfig::Kind::kFile, name, folder.path());
}

}  // namespace

TEST_SUITE("probes/policy/ice_config_reader") {
  TEST_CASE("a file is read as its name says") {
    const TemporaryFolder folder;
    CHECK(ReadFile(folder, "phones.sql", "('stun:a.example.com') -- 'stun:b.example.com'\n") ==
          "read \nphones.sql:1:3 stun:a.example.com\nphones.sql:1:28 stun:b.example.com");
    CHECK(ReadFile(folder, "phone.js", "u('stun:a.example.com') // 'stun:b.example.com'\n") ==
          "read \nphone.js:1:4 stun:a.example.com");
    CHECK(ReadFile(folder, "rtp.conf", "stunaddr=a.example.com;stunaddr=b.example.com\n") ==
          "read \nrtp.conf:1:1 stunaddr=a.example.com");
    CHECK(ReadFile(folder, "empty.txt", "") == "read ");
  }

  TEST_CASE("a file that cannot be read says why") {
    const TemporaryFolder folder;
    CHECK(Read(IceConfig::Kind::kFile, "none.txt", folder.path()) ==
          "unreadable none.txt: there is no such file; check the path");
    CHECK(Read(IceConfig::Kind::kFile, "/dev/zero", folder.path()) ==
          "unreadable /dev/zero: is not a regular file but a pipe, socket or device; write its content to a file");
    CHECK(ReadFile(folder, "large.txt", std::string((std::size_t{4} << 20) + 1, 'x')) ==
          "unreadable large.txt: is larger than 4 MiB, the limit");
    CHECK(ReadFile(folder, "utf16.csv", std::string("s\0t\0u\0n\0:\0", 10)) ==
          "unreadable utf16.csv: is no UTF-8 text: octet 2 is zero");
  }

  TEST_CASE("a pipe holds nobody up, a link is followed, and lines may be long") {
    const TemporaryFolder folder;
    REQUIRE(mkfifo((folder / "pipe.conf").c_str(), 0600) == 0);
    CHECK(
        Read(IceConfig::Kind::kFile, "pipe.conf", folder.path()).starts_with("unreadable pipe.conf: is not a regular"));
    CHECK(Read(IceConfig::Kind::kAsterisk, "pipe.conf", folder.path()).starts_with("unreadable pipe.conf: is not a"));
    const std::string text = std::string(3'000'000, 'x') + " 'stun:a.example.com' " + std::string(1'000'000, 'x');
    folder.Write("long.js", text);
    std::filesystem::create_symlink("long.js", folder.path() / "link.js");
    CHECK(Read(IceConfig::Kind::kFile, "link.js", folder.path()) == "read \nlink.js:1:3000003 stun:a.example.com");
    std::filesystem::create_symlink("loop", folder.path() / "loop");
    CHECK(Read(IceConfig::Kind::kFile, "loop", folder.path()) ==
          "unreadable loop: cannot be opened: Too many levels of symbolic links");
  }

  TEST_CASE("thousands of servers: some of each file, some in all, and a word on the rest") {
    const TemporaryFolder folder;
    for (int file = 0; file < 6; ++file) {
      std::string text;
      for (int i = 0; i < 5000; ++i) text += fmt::format("stunaddr=s{}.f{}.example.com\n", i, file);
      folder.Write(fmt::format("rtp{}.conf", file), text);
    }
    const auto sample = ReadIceConfig({IceConfig::Kind::kAsterisk, folder.path()}, "", {});
    CHECK(sample.outcome == IceConfigOutcome::kIncomplete);
    CHECK(sample.servers.size() == 1024);
    CHECK(sample.servers[256].Where() == (folder / "rtp1.conf") + ":1:1");
    CHECK(sample.error.starts_with((folder / "rtp0.conf") + ": names more than 256 servers; "));
    CHECK(sample.error.ends_with("; and 5 more"));
  }

  TEST_CASE("a page with a zero octet is no text, so that nothing hides behind it") {
    lab::HttpPages pages;
    const std::string base = pages.Url("");
    pages.Set("/", {std::string("'stun:a.example.com'\0'stun:b.example.com'", 41)});
    CHECK(Read(IceConfig::Kind::kUrl, base + "/", base) == "unreadable : is no UTF-8 text: octet 21 is zero");
  }

  TEST_CASE("Asterisk's folder: the files that may name servers, and what they include by such names") {
    const TemporaryFolder folder;
    CHECK(Read(IceConfig::Kind::kAsterisk, folder.path(), folder.path())
              .ends_with("there is no rtp.conf, res_stun_monitor.conf, pjsip.conf or sip.conf in it"));
    folder.Write("rtp.conf", "[general]\n#include rtp_custom.conf\nstunaddr=a.example.com\n");
    folder.Write("rtp_custom.conf", "turnaddr=b.example.com\n");
    folder.Write("res_stun_monitor.conf", "[general]\nstunaddr = c.example.com\n");
    folder.Write("sip-vicidial.conf", "stunaddr=d.example.com\n");
    folder.Write("extensions.conf", "stunaddr=e.example.com\n");
    folder.Write("rtp.conf.bak", "stunaddr=f.example.com\n");
    CHECK(Read(IceConfig::Kind::kAsterisk, folder.path(), folder.path()) ==
          "read \nres_stun_monitor.conf:2:1 stunaddr=c.example.com\nrtp.conf:3:1 stunaddr=a.example.com\n"
          "rtp_custom.conf:1:1 turnaddr=b.example.com\nsip-vicidial.conf:1:1 stunaddr=d.example.com");
    CHECK(Read(IceConfig::Kind::kAsterisk, "rtp_custom.conf", folder.path()) ==
          "read \nrtp_custom.conf:1:1 turnaddr=b.example.com");
    std::filesystem::create_directory(folder.path() / "sip.conf");
    CHECK(Read(IceConfig::Kind::kAsterisk, folder.path(), folder.path())
              .starts_with("incomplete sip.conf: is a directory; name the file in it\n"));
    CHECK(Read(IceConfig::Kind::kAsterisk, "none", folder.path()) ==
          "unreadable none: there is no such file; check the path");
  }

  TEST_CASE("a page and the scripts of its origin") {
    lab::HttpPages pages;
    const std::string base = pages.Url("");
    pages.Set("/", {"<script src='/app.js?v=1'></script><!-- <script src='/old.js'></script> -->\n"
                    "<script src='/app.js?v=1'></script><script src='http://127.0.0.1:1/cdn.js'></script>\n"
                    "<script>u('stun:a.example.com')</script>"});
    pages.Set("/app.js", {"u('turn:b.example.com')", "200 OK\r\nContent-Type: text/javascript"});
    CHECK(Read(IceConfig::Kind::kUrl, base + "/?pass=secret", base) ==
          "read \n:3:12 stun:a.example.com\napp.js:1:4 turn:b.example.com");
    CHECK(pages.requests().size() == 2);
    pages.Set("/app.js", {"", "500 Oops"});
    CHECK(Read(IceConfig::Kind::kUrl, base + "/?pass=secret", base) ==
          "incomplete app.js: HTTP 500\n:3:12 stun:a.example.com");
    CHECK(Read(IceConfig::Kind::kUrl, base + "/none?pass=secret", base) == "unreadable none: HTTP 404");
  }

  TEST_CASE("a password in an address that a page leads to is not shown") {
    lab::HttpPages pages;
    const std::string base = pages.Url("");
    const std::string host = base.substr(std::string("http://").size());
    pages.Set("/", {"", fmt::format("302 Found\r\nLocation: http://agent:hunter2@{}/in?p=hunter2", host)});
    pages.Set("/in", {"'stun:a.example.com'"});
    CHECK(Read(IceConfig::Kind::kUrl, base + "/", base) == "read \nin:1:2 stun:a.example.com");
    CHECK(ShownLocation("https://a:b@c.example.com/@x?y") == "https://c.example.com/@x");
    CHECK(ShownLocation("https://c.example.com/@x") == "https://c.example.com/@x");
    CHECK(ShownLocation("/etc/a@b?c") == "/etc/a@b?c");
  }

  TEST_CASE("a script or JSON by its URL") {
    lab::HttpPages pages;
    const std::string base = pages.Url("");
    pages.Set("/app.js",
              {"\"<script src='/x.js'>\",u('stun:a.example.com')", "200 OK\r\nContent-Type: text/javascript"});
    pages.Set("/ice", {R"([{"urls":["stun:a.example.com"]}])", "200 OK\r\nContent-Type: application/json"});
    CHECK(Read(IceConfig::Kind::kUrl, base + "/app.js", base) == "read \napp.js:1:27 stun:a.example.com");
    CHECK(Read(IceConfig::Kind::kUrl, base + "/ice", base) == "read \nice:1:12 stun:a.example.com");
    CHECK(pages.requests().size() == 2);
  }

  TEST_CASE("a page with more scripts than are followed says so") {
    lab::HttpPages pages;
    std::string page;
    for (int i = 0; i < 17; ++i) {
      page += fmt::format("<script src=/{}.js ></script>", i);
      pages.Set(fmt::format("/{}.js", i), {"x"});
    }
    pages.Set("/", {page});
    const std::string base = pages.Url("");
    CHECK(Read(IceConfig::Kind::kUrl, base + "/", base) == "incomplete : loads more than 16 scripts");
    CHECK(pages.requests().size() == 17);
  }
}
