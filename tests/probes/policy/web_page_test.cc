#include "probes/policy/web_page.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>

#include "tests/lab/http_pages.h"
#include "tests/lab/process.h"
#include "tests/lab/test_ca.h"

using namespace dialwatch::probes;
using namespace std::chrono_literals;
namespace lab = dialwatch::lab;
using Strings = std::vector<std::string>;

namespace {

// The body, or what is wrong.
std::string Get(const std::string& url, std::chrono::milliseconds patience = 5s) {
  const auto page = WebReader({}, patience).Get(url);
  return page ? page->body : page.error().what;
}

// openssl's own web server with this certificate; empty where it does not start.
std::string PortOf(const lab::Process& server) {
  std::string port;
  lab::WaitUntil(5s, [&] {
    const std::string out = server.out();
    const auto at = out.find("ACCEPT ");
    const auto end = out.find('\n', at);
    if (at == std::string::npos || end == std::string::npos) return false;
    port = out.substr(out.rfind(':', end) + 1, end - out.rfind(':', end) - 1);
    return true;
  });
  return port;
}

}  // namespace

TEST_SUITE("probes/policy/web_page") {
  TEST_CASE("a page comes whole, with its type and where it was found") {
    lab::HttpPages pages;
    pages.Set("/phone", {"<html>", "200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\nSet-Cookie: a=b"});
    pages.Set("/old", {"", "302 Found\r\nLocation: /phone"});
    WebReader reader({});
    const auto page = reader.Get(pages.Url("/old?secret=1"));
    REQUIRE(page);
    CHECK(page->body == "<html>");
    CHECK(page->type == "text/html; charset=utf-8");
    CHECK(page->url == pages.Url("/phone"));
    REQUIRE(reader.Get(pages.Url("/phone")));
    for (const std::string& request : pages.requests()) CHECK(request.find("ookie") == std::string::npos);
  }

  TEST_CASE("what is no page says why") {
    lab::HttpPages pages;
    pages.Set("/loop", {"", "302 Found\r\nLocation: /loop"});
    pages.Set("/file", {"", "302 Found\r\nLocation: file:///etc/passwd"});
    pages.Set("/ftp", {"", "302 Found\r\nLocation: ftp://127.0.0.1/"});
    pages.Set("/head", {"", "200 OK\r\nX: " + std::string(90'000, 'x')});
    CHECK(Get(pages.Url("/none")) == "HTTP 404");
    CHECK(Get(pages.Url("/loop")) == "redirects more than 3 times");
    CHECK(pages.requests().size() == 1 + 4);
    CHECK(Get(pages.Url("/file")) == "redirects to what is neither http nor https");
    CHECK(Get(pages.Url("/ftp")) == "redirects to what is neither http nor https");
    CHECK(Get(pages.Url("/head")) == "has header fields of more than 64 KiB");
    CHECK(Get("file:///etc/passwd").find("root:") == std::string::npos);
    CHECK(Get("http://127.0.0.1:1/").find("onnect") != std::string::npos);
  }

  TEST_CASE("four megabytes and no more") {
    lab::HttpPages pages;
    pages.Set("/most", {std::string(WebReader::kMostBody, 'x')});
    pages.Set("/more", {std::string(WebReader::kMostBody + 1, 'x')});
    CHECK(Get(pages.Url("/most")).size() == WebReader::kMostBody);
    CHECK(Get(pages.Url("/more")) == "is larger than 4 MiB, the limit");
  }

  TEST_CASE("nobody is asked to compress, and what comes compressed is bounded by what it becomes") {
    lab::HttpPages pages;
    const dialwatch::testing::TemporaryFolder folder;
    const auto set = [&](const std::string& path, const std::string& text) {
      lab::Process gzip({"gzip", "-9", "-c", folder.Write("text", text)}, folder.path() / "gzip");
      REQUIRE(lab::WaitUntil(10s, [&] { return !gzip.running(); }));
      pages.Set(path, {gzip.out(), "200 OK\r\nContent-Encoding: gzip"});
    };
    set("/text", "stun:a.example.com");
    set("/bomb", std::string(4 * WebReader::kMostBody, '0'));
    CHECK(Get(pages.Url("/text")) == "stun:a.example.com");
    CHECK(Get(pages.Url("/bomb")) == "is larger than 4 MiB, the limit");
    CHECK(pages.requests()[0].find("Accept-Encoding: identity\r\n") != std::string::npos);
    pages.Set("/junk", {"no gzip at all", "200 OK\r\nContent-Encoding: gzip"});
    CHECK(Get(pages.Url("/junk")).find("ncoding") != std::string::npos);
  }

  TEST_CASE("a page outside leads nobody inside, by a redirect or by a name that now is another machine's") {
    lab::HttpPages outside, inside("127.0.0.2");
    inside.Set("/", {"inside"});
    inside.Set("/back", {"", "302 Found\r\nLocation: " + outside.Url("/page")});
    outside.Set("/page", {"page"});
    outside.Set("/in", {"", "302 Found\r\nLocation: " + inside.Url("/")});
    const auto reader = [] {
      return WebReader({}, 5s, {.is_ours = [](const auto& address) { return address.ToString() == "127.0.0.2"; }});
    };
    const auto why = [](const auto& page) { return page ? page->body : page.error().what; };
    const std::string refused =
        "leads to 127.0.0.2, inside our own network, where nothing outside may lead; name that place itself if it is "
        "meant";
    CHECK(why(reader().Get(outside.Url("/in"))) == refused);
    WebReader one = reader();
    CHECK(why(one.Get(outside.Url("/page"))) == "page");
    CHECK(why(one.Get(inside.Url("/"))) == refused);
    CHECK(inside.requests().empty());
    WebReader other = reader();  // who begins inside may stay there, and come back
    CHECK(why(other.Get(inside.Url("/back"))) == "page");
    CHECK(why(other.Get(outside.Url("/in"))) == "inside");
    CHECK(Get(outside.Url("/in")) == "inside");  // all of loopback is inside
  }

  TEST_CASE("one deadline for all that a reader gets, and a stop ends it sooner") {
    lab::HttpPages pages;
    pages.Set("/silent", {.body = "", .silent = true});
    pages.Set("/", {"here"});
    WebReader reader({}, 300ms);
    const auto silent = reader.Get(pages.Url("/silent"));
    REQUIRE_FALSE(silent);
    CHECK(silent.error().what == "did not come within 0.3 s");
    const auto late = reader.Get(pages.Url("/"));
    REQUIRE_FALSE(late);
    CHECK(late.error().what == "did not come within 0.3 s");

    std::stop_source stop;
    stop.request_stop();
    const auto stopped = WebReader(stop.get_token()).Get(pages.Url("/silent"));
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().what == "was not read, since dialwatch stops");
  }

  TEST_CASE("a certificate that nobody vouches for, or that is another's, is refused") {
    if (lab::Missing("openssl")) return;
    const dialwatch::testing::TemporaryFolder folder;
    const lab::TestCa ca(folder.path() / "ca");
    const auto right = ca.Issue("right", {"IP:127.0.0.1"});
    const auto other = ca.Issue("other", {"DNS:phone.example.com"});
    const auto serve = [&](const std::string& name, const lab::Certificate& certificate) {
      return lab::Process({"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.certificate, "-key",
                           certificate.key, "-www"},
                          folder.path() / name);
    };
    const lab::Process good = serve("good", right), bad = serve("bad", other);
    const std::string good_url = fmt::format("https://127.0.0.1:{}/", PortOf(good));
    const std::string bad_url = fmt::format("https://127.0.0.1:{}/", PortOf(bad));
    CHECK(Get(good_url).find("unable to get local issuer certificate") != std::string::npos);
    setenv("SSL_CERT_FILE", ca.certificate().c_str(), 1);
    CHECK(Get(good_url).find("<HTML>") != std::string::npos);
    CHECK(Get(bad_url).find("target host name") != std::string::npos);
    unsetenv("SSL_CERT_FILE");
  }

  TEST_CASE("the sources of a page's scripts, in their order") {
    CHECK(ScriptSources(R"(<script>a</script><SCRIPT defer SRC = "a.js"></script><script data-src="b.js" src='/c.js'>
<script type=module src=//cdn.example.com/d.js ></script><script src></script><scripts>)",
                        8) == Strings{"a.js", "/c.js", "//cdn.example.com/d.js"});
    CHECK(ScriptSources("<script src=a><script src=b><script src=c>", 2) == Strings{"a", "b"});
    CHECK(ScriptSources("<script src=\"a", 2).empty());
  }

  TEST_CASE("a script of the same origin is resolved, others are not") {
    const std::string page = "https://phone.example.com/agent/index.html?x=1#y";
    CHECK(ResolveSameOrigin(page, "app.js?v=2#z") == "https://phone.example.com/agent/app.js?v=2");
    CHECK(ResolveSameOrigin(page, "/app.js") == "https://phone.example.com/app.js");
    CHECK(ResolveSameOrigin(page, "https://phone.example.com:443/app.js"));
    CHECK(ResolveSameOrigin(page, "HTTPS://Phone.Example.Com/app.js"));
    for (const char* other : {"//cdn.example.com/app.js", "http://phone.example.com/app.js", "data:text/javascript,1",
                              "https://phone.example.com:8443/app.js", "https://user@phone.example.com/app.js",
                              "file:///etc/passwd", "javascript:1"}) {
      CAPTURE(other);
      CHECK_FALSE(ResolveSameOrigin(page, other));
    }
  }
}
