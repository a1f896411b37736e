#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"

namespace dialwatch::alerting {

// How the server answers one request.
struct Reply {
  enum class Manner { kAnswer, kHang, kDripHead, kEndlessBody, kClose };
  int status = 200;
  std::string headers{};  // whole lines: "Retry-After: 2\r\n"
  Manner manner = Manner::kAnswer;
};

struct Received {
  std::chrono::steady_clock::time_point at;
  std::string head;  // request line and headers
  std::string body;
};

// A webhook on a free port of 127.0.0.1 that keeps what it gets and answers by a script. Thread safe; ends with its
// object.
class WebhookServer {
 public:
  WebhookServer();
  ~WebhookServer();

  std::uint16_t port() const { return port_; }
  std::string Url(const std::string& path = "/services/T000/B000/secretpart") const;

  // The next requests get these, those after them a plain 200.
  void Script(std::vector<Reply> replies);
  std::vector<Received> requests() const;
  // Once at least `count` have come, or `longest` has passed.
  std::vector<Received> WaitFor(std::size_t count, std::chrono::milliseconds longest = std::chrono::seconds(10)) const;

 private:
  void Accept();
  void Serve(base::UniqueFd connection);
  Reply Take(Received received);

  base::UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::deque<Reply> script_;
  std::vector<Received> requests_;
  std::vector<std::thread> connections_;  // the accepting thread's own
  std::thread thread_;
};

}  // namespace dialwatch::alerting
