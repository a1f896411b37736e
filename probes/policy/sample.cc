#include "probes/policy/sample.h"

#include <fmt/format.h>

#include <algorithm>

namespace dialwatch::probes {

std::string IceServerInFile::Where() const {
  return fmt::format("{}:{}:{}", file, server.line, server.column);
}

std::string ShownLocation(const std::string& location) {
  const std::size_t scheme = location.find("://");
  if (scheme == std::string::npos) return location;
  std::string shown = location.substr(0, location.find_first_of("?#"));
  const std::size_t host = scheme + 3, path = std::min(shown.find('/', host), shown.size());
  const std::size_t user_ends = shown.rfind('@', path);
  if (user_ends != std::string::npos && user_ends > host) shown.erase(host, user_ends + 1 - host);
  return shown;
}

}  // namespace dialwatch::probes
