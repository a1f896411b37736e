#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace dialwatch::lab {

// The key of a signed zone (ECDSA P-256), which signs itself and all else in it. Throws std::runtime_error where the
// tools of ldns cannot do as told.
class ZoneKey {
 public:
  // A new key of `zone` ("example.com"), kept in `folder`.
  ZoneKey(const std::filesystem::path& folder, const std::string& zone);

  // The text of the zone with signatures (and NSEC) that begin and end this far from now; both may be in the past.
  std::string Sign(const std::string& zone_text, std::chrono::seconds from = std::chrono::hours(-24),
                   std::chrono::seconds until = std::chrono::hours(24 * 14)) const;

  std::string ds() const { return ds_; }  // the RDATA of its DS record
  std::string trust_anchor() const { return zone_ + ". IN DS " + ds_; }

 private:
  std::filesystem::path folder_;
  std::string zone_, base_, ds_;  // base_: of the names of its files
};

}  // namespace dialwatch::lab
