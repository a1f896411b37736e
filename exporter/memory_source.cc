#include "exporter/memory_source.h"

#include "base/json.h"
#include "exporter/memory_pages.h"

namespace dialwatch::exporter {

Page Refusal(unsigned status, std::string_view error) {
  return {status, kJsonType, base::Dump({{"error", error}})};
}

base::Result<state::Archive> OpenMemory(const Sources& sources) {
  if (sources.state_path.empty()) return base::Error{"nothing is remembered: [state] path is empty"};
  const auto end = std::chrono::steady_clock::now() + kReadPatience;
  return state::Archive::OpenToRead(sources.state_path, [end] { return std::chrono::steady_clock::now() > end; });
}

}  // namespace dialwatch::exporter
