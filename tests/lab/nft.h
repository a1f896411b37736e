#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "tests/lab/process.h"

namespace dialwatch::lab {

// The second flag of an echo token, behind the UDP header: neither warm-up nor question. For a rule of nft(8).
inline constexpr auto kCounted = "@th,200,8 & 2 == 0";

// Of what `nft list counter` prints. Throws std::exception where that is something else.
inline std::uint64_t PacketsIn(const std::string& listing) {
  constexpr std::string_view kBefore = "packets ";
  return std::stoull(listing.substr(listing.find(kBefore) + kBefore.size()));
}

// A rule of nft(8) for all that comes in, as long as it lives. One at a time; throws std::runtime_error where nft does
// not take it.
class Wall {
 public:
  explicit Wall(const std::string& rule) {
    Nft("add table inet wall; add chain inet wall input { type filter hook input priority 0; }; "
        "add rule inet wall input " +
        rule);
  }
  ~Wall() { Run({"nft", "delete", "table", "inet", "wall"}, folder_.path(), kPatience); }
  Wall(const Wall&) = delete;
  Wall& operator=(const Wall&) = delete;

 private:
  static constexpr std::chrono::seconds kPatience{10};

  void Nft(const std::string& command) const {
    const Output output = Run({"nft", command}, folder_.path(), kPatience);
    if (output.exit != 0) throw std::runtime_error("nft: " + output.err);
  }

  TemporaryFolder folder_;
};

}  // namespace dialwatch::lab
