#pragma once

namespace dialwatch::testing {

// While it lives every open of a database hangs, until Release. One at a time. Thread safe.
class HangingDisk {
 public:
  HangingDisk();
  ~HangingDisk();
  HangingDisk(const HangingDisk&) = delete;
  HangingDisk& operator=(const HangingDisk&) = delete;

  static void Release();
};

}  // namespace dialwatch::testing
