#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/result.h"

namespace dialwatch::lab {

// A disk that is soon full: a file system in memory over a folder, for this process and those that it starts, until
// destroyed. Thread safety: none; the thread that mounts it also starts who is to see it.
class SmallDisk {
 public:
  // Of so many octets. The Error says why that is not allowed here.
  static base::Result<SmallDisk> Mount(const std::string& folder, std::size_t octets);

  SmallDisk(SmallDisk&& other) noexcept : folder_(std::exchange(other.folder_, "")) {}
  SmallDisk& operator=(SmallDisk&&) = delete;
  ~SmallDisk();

 private:
  explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
};

}  // namespace dialwatch::lab
