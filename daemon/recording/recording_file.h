#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace dialwatch::daemon {

// The file of a recording: readable by its owner only, appended to, whole lines only. Thread safety: none.
class RecordingFile {
 public:
  // Makes the file where there is none. A line that was not finished is taken off its end, as all is of a file that has
  // only its length. Errors: it cannot be had, another process records into it, it is there and no recording, somebody
  // else's, or a link, none of which is to be written into.
  static base::Result<RecordingFile> Open(const std::string& path);

  // Writes all of it, or nothing: what a full disk took half of is taken back.
  base::Status Append(std::string_view lines);

  // Whether somebody has made it shorter since (logrotate's copytruncate); it goes on from there.
  bool WasCut();

  // Whether another file is at the path by now, or none.
  bool IsMovedAway() const;
  bool empty() const { return size_ == 0; }

 private:
  RecordingFile(std::string path, base::UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}
  base::Status Adopt();
  bool IsRecording() const;
  bool IsBlank() const;

  std::string path_;
  base::UniqueFd file_;
  std::int64_t size_ = 0;  // octets, whole lines
};

}  // namespace dialwatch::daemon
