#include "tests/state/hanging_disk.h"

#include <sqlite3.h>

#include <atomic>

namespace dialwatch::testing {
namespace {

std::atomic<bool> g_hangs{false};

sqlite3_vfs* Real() {
  static sqlite3_vfs* const real = sqlite3_vfs_find("unix");
  return real;
}

int Open(sqlite3_vfs* disk, const char* name, sqlite3_file* file, int flags, int* out) {
  g_hangs.wait(true);
  return Real()->xOpen(disk, name, file, flags, out);
}

sqlite3_vfs& Disk() {
  static sqlite3_vfs disk = [] {
    sqlite3_vfs like = *Real();
    like.zName = "hanging";
    like.xOpen = Open;
    return like;
  }();
  return disk;
}

}  // namespace

HangingDisk::HangingDisk() {
  sqlite3_initialize();
  g_hangs = true;
  sqlite3_vfs_register(&Disk(), 1);
}

HangingDisk::~HangingDisk() {
  Release();
  sqlite3_vfs_register(Real(), 1);
}

void HangingDisk::Release() {
  g_hangs = false;
  g_hangs.notify_all();
}

}  // namespace dialwatch::testing
