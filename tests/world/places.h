#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/ice_uri.h"
#include "probes/server_places.h"
#include "tests/world/asking.h"

namespace dialwatch::world {

// Where STUN and TURN servers are, as probes/address_book.h finds it: each name through every resolver, once a TTL.
// SRV records are asked for and, where there are any, not followed.
class Places {
 public:
  using Done = std::function<void(const std::vector<probes::ServerPlace>&)>;

  explicit Places(Asking& asking) : asking_(asking) {}

  // What is known at once; what has run out is looked up for the next time. The first time `done` waits for that.
  void Find(const config::IceUri& uri, const Turn& turn, Done done);

 private:
  using Answers = std::map<std::string, std::vector<std::string>>;  // by address: the resolvers that give it
  struct Page {
    Answers told, heard;
    std::size_t missing = 0;
    Duration keep{};
    TimePoint until;
    bool known = false;
    std::vector<std::function<void()>> waiting;
  };

  void Look(const config::IceUri& uri, Page& page, const Turn& turn);
  void Learn(Page& page, const probes::DnsSample& sample);

  Asking& asking_;
  std::map<std::string, Page> pages_;  // by host
};

}  // namespace dialwatch::world
