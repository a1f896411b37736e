#include "base/random.h"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace dialwatch::base {
namespace {

void FromKernel(std::uint8_t* out, std::size_t size) {
  while (size > 0) {
    const ssize_t got = getrandom(out, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();  // a kernel without getrandom(2): nothing we could send would be safe
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

// One system call serves many small requests.
struct Pool {
  std::array<std::uint8_t, 512> octets{};
  std::size_t left = 0;
};
thread_local Pool pool;

}  // namespace

void RandomBytes(void* out, std::size_t size) {
  if (size > pool.octets.size()) return FromKernel(static_cast<std::uint8_t*>(out), size);
  if (pool.left < size) {
    FromKernel(pool.octets.data(), pool.octets.size());
    pool.left = pool.octets.size();
  }
  pool.left -= size;
  std::memcpy(out, pool.octets.data() + pool.left, size);
  std::memset(pool.octets.data() + pool.left, 0, size);
}

std::uint16_t Random16() {
  std::uint16_t value = 0;
  RandomBytes(&value, sizeof value);
  return value;
}

std::uint32_t Random32() {
  std::uint32_t value = 0;
  RandomBytes(&value, sizeof value);
  return value;
}

}  // namespace dialwatch::base
