#pragma once

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/guarded.h"
#include "base/unique_fd.h"

namespace dialwatch::lab {

// A web server on loopback, 127.0.0.1 or another address of it, that gives fixed pages, until destroyed; for other
// paths 404. Thread safe but for its destruction.
class HttpPages {
 public:
  struct Page {
    std::string body;
    std::string head = "200 OK\r\nContent-Type: text/html";  // status and fields: "302 Found\r\nLocation: /"
    bool silent = false;                                     // the connection stays open without a word
  };

  explicit HttpPages(const std::string& address = "127.0.0.1");

  std::string Url(const std::string& path) const;  // "http://127.0.0.1:PORT/path"
  void Set(const std::string& path, Page page) {
    pages_.With([&](auto& pages) { pages[path] = std::move(page); });
  }
  // The requests that came, head and all.
  std::vector<std::string> requests() const { return requests_.Copy(); }

 private:
  void Serve(const std::stop_token& stop);
  void Answer(base::UniqueFd connection);

  base::UniqueFd fd_;
  base::Guarded<std::map<std::string, Page>> pages_;
  base::Guarded<std::vector<std::string>> requests_;
  std::vector<base::UniqueFd> silent_;  // the thread's
  std::jthread thread_;
};

}  // namespace dialwatch::lab
