#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/guarded.h"
#include "base/record_type.h"

namespace dialwatch::probes {

// Names that no resolver is to be asked for now: an authoritative server's last word on them was wrong, and a question
// of ours would put it into public caches. What one probe sees all heed, on whichever worker. Thread safe.
class HeldNames {
 public:
  void Set(const std::string& host, base::RecordType type, bool held) {
    held_.With([&](Names& names) {
      if (held) {
        names.emplace(host, type);
      } else {
        names.erase({host, type});
      }
    });
  }

  bool Holds(const std::string& host) {
    return held_.With([&](const Names& names) {
      return std::any_of(names.begin(), names.end(), [&](const auto& each) { return each.first == host; });
    });
  }

 private:
  using Names = std::set<std::pair<std::string, base::RecordType>>;
  base::Guarded<Names> held_;
};

}  // namespace dialwatch::probes
