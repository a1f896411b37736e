#pragma once

#include <string>

namespace dialwatch::lab {

struct HttpReply {
  int status = 0;  // 0: no reply
  std::string body;
};

// GET over HTTP/1.0 from `endpoint` ("127.0.0.1:10355"), with a limit of 2 s.
HttpReply HttpGet(const std::string& endpoint, const std::string& path);

}  // namespace dialwatch::lab
