#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdio>

#include "tests/lab/netns.h"

// The main of test programs that need the lab: they run in a network of their own, or are skipped as a whole.
int main(int argc, char** argv) {
  constexpr int kSkipped = 77;  // SKIP_RETURN_CODE in CMakeLists.txt
  if (const auto entered = dialwatch::lab::EnterPrivateNetwork(); !entered) {
    std::printf("SKIPPED: no lab: %s; run as root or allow user namespaces\n", entered.error().what.c_str());
    return kSkipped;
  }
  return doctest::Context(argc, argv).run();
}
