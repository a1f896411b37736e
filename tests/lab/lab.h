#pragma once

#include <filesystem>
#include <string>

#include "tests/lab/addresses.h"
#include "tests/lab/coturn.h"
#include "tests/lab/nsd.h"
#include "tests/lab/unbound.h"
#include "tests/lab/zone.h"

namespace dialwatch::lab {

// The call centre's little internet, of real servers: the authority of example.com, three public resolvers that find it
// from the root, and two STUN servers, all at their usual addresses and ports. EnterPrivateNetwork comes first. Ready
// when constructed, gone when destroyed. What it cannot do it throws as std::runtime_error. Thread safety: none.
class Lab {
 public:
  Lab();

  // The authority serves this from now on.
  void Publish(const ExampleZone& zone);
  // So does the root, the parent of all zones.
  void PublishRoot(const RootZone& zone);

  // `resolver` holds a wrong copy of `host` ("d1.example.com") from now on: for a moment its way to the authority ends
  // at a server that should not be there, which gives `address` with a TTL of a day. Nobody else sees that server.
  void Poison(const Resolver& resolver, const std::string& host, const std::string& address = kWrong);

  // Nobody answers at any address any more.
  void Darken();

  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  ExampleZone zone_ = ExampleZone::Good();
  RootZone root_ = RootZone::Good();
  std::uint32_t serial_ = 1, root_serial_ = 1;

 public:
  Nsd root, authority;
  Unbound quad9, cloudflare, google;
  Coturn stun, second_stun;
};

}  // namespace dialwatch::lab
