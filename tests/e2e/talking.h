#pragma once

#include <string>

#include "base/json.h"
#include "tests/e2e/scenario.h"
#include "tests/lab/reflector.h"

namespace dialwatch::e2e {

inline constexpr const char* kD1 = "198.51.100.11";
inline constexpr const char* kD2 = "198.51.100.12";

// d1 and d2 with their reflectors, and the daemon that sends them trains every few seconds.
struct Talking {
  lab::TemporaryFolder folder;
  lab::Reflector d1, d2;
  Watched watched;

  // `more`: further lines of the config.
  explicit Talking(const std::string& interval = "5s", const std::string& more = "");

  // The newest train to one address of a dialer, directly or through a relay; or null.
  Json Train(const std::string& dialer, const std::string& address, const std::string& relay = "") const;
  // Each waits for a few turns of media.
  bool Ends(const std::string& dialer, const std::string& outcome, const char* address,
            const std::string& relay = "") const;
  bool Has(const std::string& finding) const;
  bool IsWell() const;

 private:
  lab::Config Config(const std::string& interval, const std::string& more) const;
};

// Rules of the kernel's packet filter for what comes in, while it lives.
class Wall {
 public:
  explicit Wall(const std::string& rule);
  ~Wall();
  Wall(const Wall&) = delete;
  Wall& operator=(const Wall&) = delete;

 private:
  lab::TemporaryFolder folder_;
};

}  // namespace dialwatch::e2e
