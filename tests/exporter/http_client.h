#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/ip_address.h"
#include "base/unique_fd.h"

namespace dialwatch::exporter {

struct HttpAnswer {
  int status = 0;
  std::string protocol;                        // "HTTP/1.1"
  std::map<std::string, std::string> headers;  // by lower-case name
  std::string body;
};

// A TCP connection that sends just the octets it is told to, as hostile clients do. Thread safety: none.
class RawConnection {
 public:
  // `source` is the address to come from; empty for the usual one. Waits at most 5 s anywhere.
  explicit RawConnection(const base::Endpoint& server, const std::string& source = "");

  bool connected() const { return connected_; }
  bool Send(const std::string& octets);               // false where the other side has closed
  bool Begun();                                       // whether the answer's first octets have come; takes none of them
  std::string ReadToEnd();                            // what comes until the other side closes or 5 s of silence pass
  bool ClosedWithin(std::chrono::milliseconds time);  // by the other side; reads what comes

 private:
  base::UniqueFd fd_;
  bool connected_ = false;
};

HttpAnswer ParseAnswer(const std::string& text);

// One request on a connection of its own.
HttpAnswer Request(const base::Endpoint& server, const std::string& method, const std::string& path,
                   const std::string& source = "");
inline HttpAnswer Get(const base::Endpoint& server, const std::string& path, const std::string& source = "") {
  return Request(server, "GET", path, source);
}

}  // namespace dialwatch::exporter
