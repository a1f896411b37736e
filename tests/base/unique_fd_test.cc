#include "base/unique_fd.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

using dialwatch::base::UniqueFd;

namespace {

bool IsOpen(int fd) {
  return fcntl(fd, F_GETFD) != -1;
}

int OpenOne() {
  return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

}  // namespace

TEST_SUITE("base/unique_fd") {
  TEST_CASE("closes at the end of its life") {
    const int fd = OpenOne();
    {
      const UniqueFd owner(fd);
      CHECK(owner);
      CHECK(IsOpen(fd));
    }
    CHECK_FALSE(IsOpen(fd));
    CHECK_FALSE(UniqueFd());
  }

  TEST_CASE("moving hands the descriptor on and closes what it replaces") {
    const int first = OpenOne();
    const int second = OpenOne();
    UniqueFd owner(first);
    owner = UniqueFd(second);
    CHECK_FALSE(IsOpen(first));
    CHECK(IsOpen(second));
    const UniqueFd heir(std::move(owner));
    CHECK(heir.get() == second);
  }

  TEST_CASE("a released descriptor stays open") {
    UniqueFd owner(OpenOne());
    const UniqueFd again(owner.Release());
    CHECK_FALSE(owner);
    CHECK(IsOpen(again.get()));
  }
}
