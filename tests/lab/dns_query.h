#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dialwatch::lab {

struct DnsReply {
  int rcode = 0;
  bool aa = false;
  std::vector<std::string> addresses;  // of the A records, sorted
  std::uint32_t ttl = 0;               // of the first answer
  std::uint32_t serial = 0;            // of a SOA in the answer
  std::vector<int> ede;                // info-codes of extended errors (RFC 8914)
  std::string nsid;
};

// Asks `server` (IPv4, port 53) one question over UDP, by ldns, so that the lab does not lean on the code under test.
// Nothing where no reply came in time. Throws std::runtime_error on a bad name.
std::optional<DnsReply> Ask(const std::string& server, const std::string& host, const std::string& type = "A",
                            std::chrono::milliseconds timeout = std::chrono::milliseconds(1000));

}  // namespace dialwatch::lab
