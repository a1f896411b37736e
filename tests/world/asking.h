#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "config/settings.h"
#include "probes/answer_book.h"
#include "probes/dns/client.h"
#include "probes/dns/identity.h"
#include "probes/dns/reference.h"
#include "probes/dns/sampling.h"
#include "probes/held_names.h"
#include "probes/sample.h"
#include "tests/world/agenda.h"
#include "tests/world/world.h"

namespace dialwatch::world {

// Held by all that is under way of one turn.
using Turn = std::shared_ptr<const void>;

std::chrono::steady_clock::time_point Steady(TimePoint at);

// What the probes of a world share, as probes/asker.h has it for those of a loop: whom they ask, and where their
// samples go.
struct Asking {
  Asking(World& in, std::shared_ptr<const config::Settings> with, Agenda& by, probes::SampleSink to);

  using Then = std::function<void(const probes::DnsSample&)>;
  // Gives the sample to `then` when it is there; to the sink only with Tell.
  void Ask(const probes::DnsQuestion& question, const Turn& turn, Then then);
  void AskAndTell(const probes::DnsQuestion& question, const Turn& turn, Then then = {});
  void AskIdentity(const config::Resolver& resolver, bool wrong, const Turn& turn);
  void AskReference(const config::Resolver& resolver, const Endpoint& address, const Turn& turn);
  void Tell(probes::Sample sample);

  World& world;
  const std::shared_ptr<const config::Settings> settings;
  Agenda& agenda;
  Chance chance;
  probes::HeldNames held;
  probes::AnswerBook answers;
  probes::RepeatBudget repeats;
  std::function<void(const std::string& host)> on_new_address;  // somebody gives one that nobody gave

 private:
  Reply ReplyTo(const probes::DnsQuestion& question, TimePoint at);

  const probes::SampleSink sink_;
  probes::IdentityClock identity_;
  probes::ReferenceClock reference_;
};

}  // namespace dialwatch::world
