#include "daemon/discovery/target_files.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/temporary_folder.h"

using namespace dialwatch;
using Strings = std::vector<std::string>;
namespace fs = std::filesystem;

namespace {

std::string Json(const std::string& host) {
  return R"([{"targets": [")" + host + R"("]}])";
}

struct Bed {
  explicit Bed(const std::string& pattern) : files(folder.path() / pattern) {}

  Strings Look() {
    files.Look();
    Strings hosts;
    for (const auto& found : files.hosts()) hosts.push_back(found.host);
    return hosts;
  }

  testing::TemporaryFolder folder;
  daemon::TargetFiles files;
};

// As if the file had been written long ago, so that its time is trusted.
void MakeOld(const fs::path& path) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

}  // namespace

TEST_SUITE("daemon/discovery/target_files") {
  TEST_CASE("the files of a pattern are read together, others are left alone") {
    Bed bed("*.json");
    bed.folder.Write("b.json", Json("d2"));
    bed.folder.Write("a.json", Json("d1"));
    bed.folder.Write("a.json~", Json("d3"));
    CHECK(bed.Look() == Strings{"d1", "d2"});
    CHECK(bed.files.errors().empty());
  }

  TEST_CASE("a file that is written, renamed into place or linked anew is read again") {
    Bed bed("targets.json");
    bed.folder.Write("targets.json", Json("d1"));
    CHECK(bed.Look() == Strings{"d1"});
    bed.folder.Write("targets.json", Json("d2"));  // the same size, perhaps in the same tick of the clock
    CHECK(bed.Look() == Strings{"d2"});
    MakeOld(bed.folder.path() / "targets.json");
    CHECK(bed.Look() == Strings{"d2"});

    bed.folder.Write("new", Json("d3"));
    MakeOld(bed.folder.path() / "new");
    fs::rename(bed.folder.path() / "new", bed.folder.path() / "targets.json");
    CHECK(bed.Look() == Strings{"d3"});

    // as Kubernetes does: targets.json → ..data/targets.json, and ..data is a link that is swapped
    for (const char* version : {"v1", "v2"}) {
      fs::create_directory(bed.folder.path() / version);
      bed.folder.Write(std::string(version) + "/targets.json", Json(std::string("d-") + version));
      MakeOld(bed.folder.path() / version / "targets.json");
    }
    fs::create_directory_symlink("v1", bed.folder.path() / "..data");
    fs::remove(bed.folder.path() / "targets.json");
    fs::create_symlink("..data/targets.json", bed.folder.path() / "targets.json");
    CHECK(bed.Look() == Strings{"d-v1"});
    fs::create_directory_symlink("v2", bed.folder.path() / "..next");
    fs::rename(bed.folder.path() / "..next", bed.folder.path() / "..data");
    CHECK(bed.Look() == Strings{"d-v2"});
  }

  TEST_CASE("a bad file is told and keeps what it had, the others go on") {
    Bed bed("*.json");
    bed.folder.Write("a.json", Json("d1"));
    bed.folder.Write("b.json", Json("d2"));
    bed.Look();
    bed.folder.Write("a.json", "[{");
    bed.folder.Write("b.json", Json("d3"));
    CHECK(bed.Look() == Strings{"d1", "d3"});
    CHECK(bed.files.errors() == Strings{(bed.folder.path() / "a.json").string() + ": is not JSON"});
    bed.folder.Write("a.json", Json("d4"));
    CHECK(bed.Look() == Strings{"d4", "d3"});
    CHECK(bed.files.errors().empty());
  }

  TEST_CASE("a file that is gone takes its hosts along, but the last one does not") {
    Bed bed("*.json");
    bed.folder.Write("a.json", Json("d1"));
    bed.folder.Write("b.json", Json("d2"));
    bed.Look();
    fs::remove(bed.folder.path() / "a.json");
    CHECK(bed.Look() == Strings{"d2"});
    fs::remove(bed.folder.path() / "b.json");
    CHECK(bed.Look() == Strings{"d2"});
    CHECK(bed.files.errors() == Strings{(bed.folder.path() / "*.json").string() + ": there is no such file"});
    fs::remove(bed.folder.path());
    CHECK(bed.Look() == Strings{"d2"});
    CHECK(bed.files.errors() == Strings{bed.folder.path().string() + ": No such file or directory"});
  }

  TEST_CASE("what is too large, or no file, is told") {
    Bed bed("*.json");
    bed.folder.Write("a.json", std::string(daemon::TargetFiles::kMostOctets + 1, ' '));
    fs::create_directory(bed.folder.path() / "b.json");
    CHECK(bed.Look().empty());
    REQUIRE(bed.files.errors().size() == 2);
    CHECK(bed.files.errors()[0].ends_with("a.json: is larger than 10 MiB, the limit"));
    CHECK(bed.files.errors()[1].ends_with("b.json: is a directory; name the file in it"));
  }
}
