#include "tests/lab/reflector.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/lab/dialwatch.h"

namespace dialwatch::lab {

namespace fs = std::filesystem;

Reflector::Reflector(const std::string& dialer, const std::string& address) {
  const std::string listen = address + ":9000";
  process_.emplace(StartDialwatch(
      {"reflector", "--listen", listen, "--key-file", WriteReflectorKeys(folder_.path()), "--name", dialer},
      folder_.path()));
  const std::string ready = fmt::format("reflecting as {} at {}", dialer, listen);
  if (!WaitUntil(std::chrono::seconds(5), [&] { return process_->err().find(ready) != std::string::npos; })) {
    throw std::runtime_error("the reflector does not become ready:\n" + process_->err());
  }
}

fs::path WriteReflectorKeys(const fs::path& folder) {
  fs::path keys = folder / "reflector.keys";
  WriteFile(keys, kReflectorKey);
  fs::permissions(keys, fs::perms::owner_read | fs::perms::owner_write);
  return keys;
}

std::string ShortTrains(const fs::path& keys, const std::string& interval) {
  return fmt::format("[media]\ninterval = \"{}\"\npackets = 10\nspacing = \"10ms\"\nkey_file = \"{}\"\n", interval,
                     keys.string());
}

}  // namespace dialwatch::lab
