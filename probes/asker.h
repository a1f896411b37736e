#pragma once

#include <functional>
#include <memory>

#include "probes/dns/client.h"
#include "probes/dns/discovery.h"
#include "probes/dns/identity.h"
#include "probes/dns/reference.h"
#include "probes/dns/sampling.h"
#include "probes/dns/zone_probe.h"
#include "probes/held_names.h"
#include "probes/sample.h"

namespace dialwatch::probes {

// Held by all that is in flight of one turn: the last to let go of it ends the turn.
using Turn = std::shared_ptr<const void>;

// What the probes of one loop share: the settings, whom they ask through, where their samples go, how much they may ask
// again.
// Thread safety: none; use it on its loop's thread only.
struct Asker {
  Asker(EventLoop& on, std::shared_ptr<const config::Settings> with, SampleSink to,
        std::shared_ptr<HeldNames> holding = std::make_shared<HeldNames>());

  // Gives the sample to `then`, and after it to the sink.
  void Ask(const DnsQuestion& question, Turn turn, std::function<void(const DnsSample&)> then = {});

  // Asks all addresses of the resolver who they are, if it is time to.
  void AskIdentity(const config::Resolver& resolver, bool wrong, const Turn& turn);

  // Asks this address of the resolver for a name that is not ours, if it is time to.
  void AskReference(const config::Resolver& resolver, const Endpoint& address, const Turn& turn);

  // What asks in rounds has the interval less a little, so that they do not overlap.
  Duration TurnDeadline() const { return settings->probing.interval * 9 / 10; }

  EventLoop& loop;
  const std::shared_ptr<const config::Settings> settings;
  SampleSink sink;
  const std::shared_ptr<HeldNames> held;
  DnsClient dns;
  AuthorityDiscovery discovery;
  ZoneWatch zones;
  IdentityClock identity;
  ReferenceClock reference;
  RepeatBudget repeats;
};

}  // namespace dialwatch::probes
