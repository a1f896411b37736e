#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/unique_fd.h"

namespace dialwatch::lab {

// A webhook on loopback that keeps what is posted to it, until destroyed. Answers 200, or `SetStatus`.
// Thread safe but for its destruction.
class HttpSink {
 public:
  HttpSink();

  std::string url() const;  // with a path that is a secret
  void SetStatus(int status) { status_ = status; }
  std::vector<std::string> bodies() const { return bodies_.Copy(); }  // of all posts, whatever was answered

 private:
  void Serve(const std::stop_token& stop);
  void Receive(int connection);

  base::UniqueFd fd_;
  std::atomic<int> status_{200};
  base::Guarded<std::vector<std::string>> bodies_;
  std::jthread thread_;
};

}  // namespace dialwatch::lab
