#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/target_file.h"

namespace dialwatch::daemon {

// The hosts of all files of a pattern, as they stand on disk. A file that cannot be read keeps the hosts that it had,
// and so do all of them where none is to be found; only a file that is gone beside others takes its hosts along.
// Thread safety: none.
class TargetFiles {
 public:
  static constexpr std::size_t kMostFiles = 1000;
  static constexpr std::size_t kMostOctets = 10 << 20;  // a file

  // * may stand in the last part of `pattern`.
  explicit TargetFiles(std::string pattern) : pattern_(std::move(pattern)) {}

  // Reads what has changed since the last look: whether a file was written, or another one took its name, be it by
  // rename or by a symbolic link that now leads elsewhere.
  void Look();

  std::vector<config::FoundHost> hosts() const;
  // What was wrong at the last look, with the file.
  std::vector<std::string> errors() const;

 private:
  struct File {
    std::string stamp;  // of the content that was read; empty: read again at the next look
    std::vector<config::FoundHost> hosts;
    std::string error;
  };
  base::Result<std::vector<std::string>> Find() const;
  static void Read(const std::string& path, File& file);

  std::string pattern_;
  std::map<std::string, File> files_;  // by path
  std::string error_;                  // of the pattern as a whole
};

}  // namespace dialwatch::daemon
