#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/load.h"
#include "tests/temporary_folder.h"

using namespace dialwatch::config;
using dialwatch::testing::TemporaryFolder;

namespace {

// Root may read every file, so root is somebody else for as long as this lives.
class Unprivileged {
 public:
  Unprivileged() {
    constexpr uid_t kNobody = 65534;
    if (was_root_) REQUIRE(seteuid(kNobody) == 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;
  ~Unprivileged() {
    if (was_root_ && seteuid(0) != 0) std::abort();
  }

 private:
  const bool was_root_ = geteuid() == 0;
};

// The one error of a file, without the path that all of them begin with.
std::string ErrorOf(const std::string& path) {
  const LoadedConfig loaded = LoadConfig(path);
  CHECK_FALSE(loaded.settings);
  REQUIRE(loaded.errors.size() == 1);
  const std::string text = loaded.errors[0].ToString();
  REQUIRE(text.starts_with(path + ": "));
  return text.substr(path.size() + 2);
}

}  // namespace

TEST_SUITE("config/file") {
  TEST_CASE("a file is read and named as the source") {
    const TemporaryFolder folder;
    const std::string path = folder.Write("good.toml", "[probing]\nworkers = 3\n");
    const LoadedConfig loaded = LoadConfig(path);
    REQUIRE(loaded.settings);
    CHECK(loaded.errors.empty());
    CHECK(loaded.settings->probing.workers == 3);
    CHECK(loaded.settings->source == path);
  }

  TEST_CASE("a link to a file is as good") {
    const TemporaryFolder folder;
    std::filesystem::create_symlink(folder.Write("good.toml", ""), folder / "link.toml");
    CHECK(LoadConfig(folder / "link.toml").settings);
  }

  TEST_CASE("an error in a file begins with its path and place") {
    const TemporaryFolder folder;
    const std::string path = folder.Write("bad.toml", "[probing]\nintervall = \"30s\"\n");
    const LoadedConfig loaded = LoadConfig(path);
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].ToString() == path + ":2:1: error: unknown key \"intervall\"; did you mean \"interval\"?");
  }

  TEST_CASE("a file that is missing") {
    const TemporaryFolder folder;
    CHECK(ErrorOf(folder / "none.toml") == "error: there is no such file; check the path");
  }

  TEST_CASE("a directory") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "conf.d");
    CHECK(ErrorOf(folder / "conf.d") == "error: is a directory; name the file in it");
  }

  TEST_CASE("a FIFO that nobody writes to does not hold us up") {
    const TemporaryFolder folder;
    REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(ErrorOf(folder / "fifo") ==
          "error: is not a regular file but a pipe, socket or device; write its content to a file");
  }

  TEST_CASE("a device without an end") {
    CHECK(ErrorOf("/dev/zero") ==
          "error: is not a regular file but a pipe, socket or device; write its content to a file");
  }

  TEST_CASE("a file that we may not read") {
    const TemporaryFolder folder;
    const std::string path = folder.Write("secret.toml", "");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    const Unprivileged unprivileged;
    CHECK(ErrorOf(path) == "error: permission denied; the user that dialwatch runs as must be able to read it");
  }

  TEST_CASE("a megabyte is read, a byte more is not") {
    const TemporaryFolder folder;
    CHECK(LoadConfig(folder.Write("full.toml", std::string(1 << 20, '\n'))).settings);
    CHECK(ErrorOf(folder.Write("large.toml", std::string((1 << 20) + 1, '\n'))) ==
          "error: is larger than 1 MiB, the limit");
    std::string brackets;
    brackets.resize(10'000'000, '[');
    CHECK(ErrorOf(folder.Write("10mb.toml", brackets)) == "error: is larger than 1 MiB, the limit");
  }

  TEST_CASE("a file that is not UTF-8") {
    const TemporaryFolder folder;
    const std::string path = folder.Write("latin1.toml", "[vantage]\nname = \"B\xFCro\"\n");
    const LoadedConfig loaded = LoadConfig(path);
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].ToString() == path + ":2:9: error: not UTF-8 from here on; save the file as UTF-8");
  }
}
