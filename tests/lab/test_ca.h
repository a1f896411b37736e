#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dialwatch::lab {

// The files of a certificate and its key, PEM.
struct Certificate {
  std::string certificate, key;
};

// A certificate authority for the length of a test. Throws std::runtime_error where openssl cannot do as told.
class TestCa {
 public:
  explicit TestCa(const std::filesystem::path& folder);

  // A certificate for these names ("DNS:dns.example", "IP:192.0.2.1") that ends in so many days; they may be negative.
  Certificate Issue(const std::string& file, const std::vector<std::string>& names, int days = 30) const;

  // What a client must trust, PEM.
  std::string certificate() const { return folder_ / "ca.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace dialwatch::lab
