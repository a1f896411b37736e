#include "alerting/secret_url.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {

TEST_SUITE("alerting/secret_url") {
  TEST_CASE("the URL is the first line without the blanks around it") {
    const TemporaryFolder folder;
    folder.Write("a.url", "  https://hooks.example.com/services/T0/B0/x \r\nsecond line\n");
    const auto url = ReadSecretUrl(folder / "a.url", {});
    REQUIRE(url);
    CHECK(*url == "https://hooks.example.com/services/T0/B0/x");
  }

  TEST_CASE("a relative path is looked up among the credentials, then beside the config") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "credentials");
    const SecretFolders folders{folder / "credentials", folder.path()};
    folder.Write("a.url", "https://beside.example.com/");
    CHECK(*ReadSecretUrl("a.url", folders) == "https://beside.example.com/");
    CHECK(*ReadSecretUrl("a.url", {"", folder.path()}) == "https://beside.example.com/");
    folder.Write("credentials/a.url", "https://credential.example.com/");
    CHECK(*ReadSecretUrl("a.url", folders) == "https://credential.example.com/");
    CHECK(*ReadSecretUrl(folder / "a.url", folders) == "https://beside.example.com/");
  }

  TEST_CASE("what is no URL is an error that names the file and never its content") {
    const TemporaryFolder folder;
    const auto why = [&](const std::string& name) {
      const auto url = ReadSecretUrl(name, {"", folder.path()});
      return url ? "read: " + *url : url.error().what;
    };
    const std::string tail = "; its first line is to be the webhook's URL";
    CHECK(why("none.url") == "url_file " + (folder / "none.url") + ": there is no such file; check the path" + tail);
    folder.Write("empty.url", "");
    CHECK(why("empty.url") == "url_file " + (folder / "empty.url") + ": its first line is empty" + tail);
    folder.Write("blank.url", " \nhttps://second.example.com/\n");
    CHECK(why("blank.url") == "url_file " + (folder / "blank.url") + ": its first line is empty" + tail);
    for (const std::string content : {"sesame", "ftp://sesame", "file:///etc/sesame", "https://", "https://se same/",
                                      "https://sesame/\x01", "gopher://sesame"}) {
      CAPTURE(content);
      folder.Write("bad.url", content);
      CHECK(why("bad.url") == "url_file " + (folder / "bad.url") + ": its first line is no http or https URL" + tail);
    }
    CHECK(why(folder.path()) == "url_file " + folder.path().string() + ": is a directory; name the file in it" + tail);
    REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(why("fifo").starts_with("url_file " + (folder / "fifo") + ": is not a regular file but a pipe"));
  }
}

}  // namespace dialwatch::alerting
