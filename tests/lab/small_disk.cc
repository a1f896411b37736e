#include "tests/lab/small_disk.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <system_error>

namespace dialwatch::lab {
namespace {

base::Error Failed(const std::string& what) {
  return {fmt::format("{}: {}", what, std::system_category().message(errno))};
}

}  // namespace

base::Result<SmallDisk> SmallDisk::Mount(const std::string& folder, std::size_t octets) {
  if (unshare(CLONE_NEWNS) != 0) return Failed("cannot make a mount namespace");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return Failed("cannot keep mounts to ourselves");
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, fmt::format("size={}", octets).c_str()) != 0) {
    return Failed("cannot mount on " + folder);
  }
  return SmallDisk(folder);
}

SmallDisk::~SmallDisk() {
  if (!folder_.empty()) umount2(folder_.c_str(), MNT_DETACH);
}

}  // namespace dialwatch::lab
