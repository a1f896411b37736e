#pragma once

#include <cstddef>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "probes/record/line.h"

namespace dialwatch::probes {

// Reads a recording line by line: of a file of any size it holds no more than kLongestLine.
// A last line without its end, which whoever wrote it did not finish, is left out and told by cut_short().
// Thread safety: none.
class RecordingReader {
 public:
  // Errors: it cannot be opened, or is a folder. A pipe will do.
  static base::Result<RecordingReader> Open(const std::string& path);

  // The next line; nothing at the end. Blank lines are passed over. Errors: "FILE:LINE:COLUMN: error: what is wrong".
  base::Result<std::optional<RecordingLine>> Next();

  std::size_t line() const { return line_; }  // of the last one, from 1
  bool cut_short() const { return cut_short_; }

 private:
  RecordingReader(std::string path, std::ifstream file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  std::ifstream file_;
  std::vector<char> buffer_ = std::vector<char>(kLongestLine + 1);  // and a NUL
  std::size_t line_ = 0;
  bool cut_short_ = false;
};

}  // namespace dialwatch::probes
