#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "config/settings.h"
#include "probes/policy/ice_servers.h"

namespace dialwatch::probes {

enum class IceConfigOutcome : std::uint8_t {
  kRead,
  kIncomplete,  // a part of it could not be read, such as a script of a page
  kUnreadable,
};
constexpr std::array<std::string_view, 3> NamesOf(IceConfigOutcome /*type only*/) {
  return {"read", "incomplete", "unreadable"};
}

struct IceServerInFile {
  std::string file;  // the path, or the URL without its query
  IceServer server;

  std::string Where() const;  // "/etc/asterisk/rtp.conf:12:1"
  bool operator==(const IceServerInFile&) const = default;
};

// Which servers one [[ice_config]] told clients to use.
struct IceConfigSample {
  config::IceConfig::Kind kind = config::IceConfig::Kind::kFile;
  std::string location;  // as configured
  base::TimePoint at;    // when it had been read
  IceConfigOutcome outcome = IceConfigOutcome::kUnreadable;
  std::string error;  // what cannot be read and why; empty for kRead
  std::vector<IceServerInFile> servers;

  bool operator==(const IceConfigSample&) const = default;
};

struct OwnResolver {
  base::IpAddress address;
  std::string where;  // "/etc/resolv.conf:2", "resolvectl: Link 2 (eth0)"

  bool operator==(const OwnResolver&) const = default;
};

// Whom this machine asks for names.
struct ResolvConfSample {
  base::TimePoint at;
  std::string error;  // why they are not known; empty where they are
  std::vector<OwnResolver> resolvers;

  bool operator==(const ResolvConfSample&) const = default;
};

// A location as it may be shown: a URL without user and query, which may hold passwords.
std::string ShownLocation(const std::string& location);

}  // namespace dialwatch::probes
