#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace dialwatch::alerting {

using base::Duration;

// How a request ended. `why` never holds the URL or the host.
struct HttpOutcome {
  enum class Kind : std::uint8_t { kAnswered, kTimeout, kNetwork, kBadUrl };
  Kind kind = Kind::kNetwork;
  long status = 0;                        // kAnswered only
  std::optional<Duration> retry_after{};  // RFC 9110 §10.2.3
  std::string why{};                      // for people: "HTTP 503", "Couldn't connect to server"
};

struct HttpResult {
  std::uint64_t token = 0;
  HttpOutcome outcome;
};

// POSTs JSON, many requests side by side on the caller's thread. Certificates are verified, redirects not followed, no
// scheme but http and https is spoken, and of a reply only the head is kept. Every request ends by `timeout`.
// Thread safety: one thread; Wake may be called from any.
class HttpClient {
 public:
  static constexpr Duration kTimeout = std::chrono::seconds(10);
  static constexpr std::size_t kMaxReply = std::size_t{64} * 1024;  // octets of head and body together

  explicit HttpClient(Duration timeout = kTimeout);
  ~HttpClient();  // gives up what is in flight
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  void Post(std::uint64_t token, const std::string& url, const std::string& body);
  // Waits until something happens, Wake is called or `longest` passes; gives the requests that have ended.
  std::vector<HttpResult> Wait(Duration longest);
  void Wake();
  std::size_t in_flight() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialwatch::alerting
