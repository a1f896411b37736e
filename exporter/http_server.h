#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"
#include "diagnosis/snapshot.h"
#include "exporter/self_report.h"

namespace dialwatch::exporter {

// What the server renders. Both are called on its own threads and must be thread safe; `snapshot` may give null before
// the first round.
struct Sources {
  std::function<std::shared_ptr<const diagnosis::Snapshot>()> snapshot;
  std::function<SelfReport()> self;
  std::string state_path = {};  // the database; empty: there is none
};

// What one client, and all of them together, may take.
struct HttpLimits {
  unsigned connections = 256;                                  // beyond it: they wait to be accepted
  unsigned connections_per_address = 64;                       // beyond it: closed at once
  std::size_t memory_per_connection = std::size_t{16} * 1024;  // a request line and headers beyond it: 414 or 431
  std::chrono::seconds idle{10};                               // silence, also between two requests
  base::Duration request{30'000};                              // from the first octet to the last, drip or not
  std::size_t unsent = std::size_t{64} * 1024 * 1024;  // octets of pages on their way; one that would exceed it: 503
  std::size_t readers = 32;                            // requests that wait for the database; beyond it: 503
};

// GET and HEAD of the pages of docs/api.md. Bounded in connections, memory and time per connection, so that a slow or
// hostile client costs others nothing; what is read from the database is so on a thread of its own, so that a slow disk
// holds no scrape up. Thread safe; serves until destroyed.
class HttpServer {
 public:
  // Port 0 takes a free one. Errors: the address is in use or not ours.
  static base::Result<std::unique_ptr<HttpServer>> Start(const base::Endpoint& listen, Sources sources,
                                                         const HttpLimits& limits = {});
  virtual ~HttpServer() = default;
  virtual base::Endpoint listening_on() const = 0;
};

}  // namespace dialwatch::exporter
