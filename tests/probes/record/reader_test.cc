#include "probes/record/reader.h"

#include <doctest/doctest.h>

#include <fstream>

#include "tests/temporary_folder.h"

namespace dialwatch::probes {
namespace {

// A file with `text`, read to its end or its first error.
struct Reading {
  testing::TemporaryFolder folder;
  std::string path = (folder.path() / "r.ndjson").string();
  std::vector<RecordingLine> lines;
  std::string error;
  bool cut_short = false;

  explicit Reading(const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    auto reader = RecordingReader::Open(path);
    REQUIRE(reader);
    while (true) {
      auto line = reader->Next();
      if (!line) error = line.error().what.substr(folder.path().string().size() + 1);
      if (!line || !*line) break;
      lines.push_back(**line);
    }
    cut_short = reader->cut_short();
  }
};

const std::string kLine = R"({"resolv_conf":{"at":"2020-08-31T13:05:00Z"}})";

}  // namespace

TEST_SUITE("probes/record/reader") {
  TEST_CASE("gives line after line, and passes over blank ones") {
    const Reading reading(kLine + "\n\n \r\n" + kLine + "\r\n");
    CHECK(reading.lines.size() == 2);
    CHECK(reading.error.empty());
    CHECK_FALSE(reading.cut_short);
  }

  TEST_CASE("an empty file has no line") {
    CHECK(Reading("").lines.empty());
    CHECK_FALSE(Reading("").cut_short);
  }

  TEST_CASE("what is wrong is told with file, line and column") {
    const Reading reading(kLine + "\n\n{\"resolv_conf\":{}}\n" + kLine + "\n");
    CHECK(reading.lines.size() == 1);
    CHECK(reading.error == "r.ndjson:3:18: error: \"at\" is missing");
  }

  TEST_CASE("a last line that was cut is left out and told, whole or not") {
    for (const std::string& rest : {kLine.substr(0, 20), kLine}) {
      const Reading reading(kLine + "\n" + rest);
      CHECK(reading.lines.size() == 1);
      CHECK(reading.error.empty());
      CHECK(reading.cut_short);
    }
  }

  TEST_CASE("lines longer than what is read at once come whole") {
    ResolvConfSample sample;
    sample.error = std::string(1'000'000, 'x');
    std::string text;
    for (int i = 0; i < 3; ++i) AppendLine(sample, text);
    const Reading reading(text);
    REQUIRE(reading.lines.size() == 3);
    for (const auto& line : reading.lines) CHECK(std::get<ResolvConfSample>(std::get<Sample>(line)) == sample);
  }

  TEST_CASE("a line without an end takes no more memory than the longest one") {
    const Reading reading(kLine + "\n" + std::string(kLongestLine + 1'000'000, ' '));
    CHECK(reading.error == "r.ndjson:2: error: a line of more than 16 MiB");
  }

  TEST_CASE("what is no file to read is told") {
    const testing::TemporaryFolder folder;
    const std::string missing = (folder.path() / "none").string();
    CHECK(RecordingReader::Open(missing).error().what == missing + ": cannot be opened: No such file or directory");
    CHECK(RecordingReader::Open(folder.path().string()).error().what ==
          folder.path().string() + ": is a folder, not a recording");
  }
}

}  // namespace dialwatch::probes
