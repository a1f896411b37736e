#pragma once

#include <functional>
#include <memory>

#include "base/ip_address.h"
#include "base/result.h"
#include "diagnosis/snapshot.h"
#include "exporter/self_report.h"

namespace dialwatch::exporter {

// What the server renders. Both are called on its own threads and must be thread safe; `snapshot` may give null before
// the first round.
struct Sources {
  std::function<std::shared_ptr<const diagnosis::Snapshot>()> snapshot;
  std::function<SelfReport()> self;
};

// GET and HEAD of /metrics, /api/v1/status, /api/v1/incidents, /-/healthy, /-/ready. Bounded in connections, memory and
// time per connection, so that a slow or hostile client costs others nothing. Thread safe; serves until destroyed.
class HttpServer {
 public:
  // Port 0 takes a free one. Errors: the address is in use or not ours.
  static base::Result<std::unique_ptr<HttpServer>> Start(const base::Endpoint& listen, Sources sources);
  virtual ~HttpServer() = default;
  virtual base::Endpoint listening_on() const = 0;
};

}  // namespace dialwatch::exporter
