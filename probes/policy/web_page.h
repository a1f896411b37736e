#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace dialwatch::probes {

struct WebPage {
  std::string url;   // where it was found, after redirects
  std::string type;  // of its content, as the server says
  std::string body;
};

// Keeps what is outside from leading us inside: where the page itself is at a public address, none of our own networks
// is connected to.
struct Fence {
  std::function<bool(const base::IpAddress&)> is_ours = &base::IpAddress::IsSpecialPurpose;
  bool led = false;     // by what was answered: a redirect, a script
  bool inside = false;  // the page itself is at one of our own addresses

  bool Lets(const base::IpAddress& address);
};

// GETs a page over https and http, and then what belongs to it: certificates are verified, at most three redirects
// followed within the fence, no cookies kept. All together end by one deadline, and soon after a stop is requested.
// Blocks. Thread safety: one thread at a time.
class WebReader {
 public:
  static constexpr std::size_t kMostBody = std::size_t{4} << 20;  // octets of a page, decompressed
  static constexpr std::chrono::milliseconds kPatience{10'000};   // for all that one reader gets

  explicit WebReader(std::stop_token stop, std::chrono::milliseconds patience = kPatience, Fence fence = {});

  // Errors say what is wrong, without the URL.
  base::Result<WebPage> Get(const std::string& url);

 private:
  const std::stop_token stop_;
  const std::chrono::steady_clock::time_point deadline_;
  const std::chrono::milliseconds patience_;
  Fence fence_;
};

// The `src` of the first `most` scripts that a page loads, in their order.
std::vector<std::string> ScriptSources(std::string_view html, std::size_t most);

// What `reference` on the page at `base` leads to, where that is of the same origin (RFC 6454 §4).
std::optional<std::string> ResolveSameOrigin(const std::string& base, const std::string& reference);

}  // namespace dialwatch::probes
