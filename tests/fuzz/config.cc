#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/load.h"

// Any text gives settings or errors, never both; settings survive being written and read back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace config = dialwatch::config;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const config::LoadedConfig loaded = config::ParseConfig(text, "fuzz.toml");
  if (loaded.settings.has_value() != loaded.errors.empty()) std::abort();
  if (!loaded.settings) return 0;
  const config::LoadedConfig again = config::ParseConfig(config::DumpSettings(*loaded.settings), "fuzz.toml");
  if (!again.settings || !(*again.settings == *loaded.settings)) std::abort();
  return 0;
}
