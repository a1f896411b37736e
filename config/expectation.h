#pragma once

#include <string>
#include <vector>

#include "config/settings.h"

namespace dialwatch::config {

// What the config expects a dialer's name to resolve to, for one record type. Thread safety: const after construction.
class Expectation {
 public:
  // Only addresses of the type's family count; other types expect nothing.
  Expectation(const Dialer& dialer, RecordType type);

  bool exists() const { return !networks_.empty(); }

  // `answers`: addresses as text. No answer meets no expectation.
  bool Meets(const std::vector<std::string>& answers) const;

  // "198.51.100.11", "any of 198.51.100.11, 198.51.100.12", "within 198.51.100.0/24".
  std::string ToString() const;

 private:
  std::vector<base::IpPrefix> networks_;
  config::ExpectMode mode_;
};

}  // namespace dialwatch::config
