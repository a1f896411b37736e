#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>

#include "probes/address_book.h"
#include "probes/asker.h"
#include "probes/background.h"
#include "probes/call/switchboard.h"
#include "probes/call_probe.h"
#include "probes/name_probe.h"
#include "probes/port_probe.h"
#include "probes/sample.h"
#include "probes/stun_probe.h"
#include "probes/target.h"
#include "probes/train_probe.h"
#include "probes/turn_probe.h"

namespace dialwatch::probes {

// Carries out the probes of one turn. Probes of different targets do not wait for one another.
// Thread safety: none; use it on its loop's thread only.
class Prober {
 public:
  // `held` is shared by all who watch with these settings, `board` by all of this process.
  Prober(EventLoop& loop, std::shared_ptr<const config::Settings> settings, SampleSink sink,
         std::shared_ptr<HeldNames> held = std::make_shared<HeldNames>(),
         std::shared_ptr<Switchboard> board = std::make_shared<Switchboard>());
  ~Prober();  // what is in flight ends without further samples

  // `done` is called once all samples of this turn have been given to the sink; not before Probe has returned. A target
  // has one turn at a time.
  void Probe(const Target& target, std::function<void()> done);

  // Ends all calls, and calls nobody any more. `done` is called once no dialer holds anything of ours; not before
  // HangUp has returned.
  void HangUp(std::function<void()> done);

  // Has trains of RTP tell what they see while they are under way.
  void WatchTrains(TrainWatch watch) { media_means_.watch = std::move(watch); }

 private:
  void Start(const NameTarget& target, const Turn& turn);
  void Start(const ControlTarget& target, const Turn& turn);
  void Start(const StunTarget& target, const Turn& turn);
  void Start(const TurnTarget& target, const Turn& turn);
  void Start(const TrainTarget& target, const Turn& turn);
  void Start(const CallTarget& target, const Turn& turn);
  void Start(const PortTarget& target, const Turn& turn);
  void Start(const IceConfigTarget& target, const Turn& turn);
  void Start(const ResolvConfTarget& target, const Turn& turn);

  void Learn(const DnsSample& sample);

  MediaMeans media_means_;
  Asker asker_;
  AddressBook addresses_;
  std::map<std::pair<std::string, RecordType>, NameProbe> names_;
  std::map<std::string, std::uint64_t> controls_;  // turns by zone: which address is next
  StunProbe stun_;
  std::map<std::string, TurnProbe> relays_;   // by configured name
  std::list<RelayQueue> relay_queues_;        // the same relays, for trains
  std::map<std::string, TrainProbe> trains_;  // by dialer
  const std::shared_ptr<Switchboard> board_;
  std::map<std::string, CallProbe> calls_;  // by dialer
  std::map<std::string, PortProbe> ports_;  // by dialer
  Background background_;
};

}  // namespace dialwatch::probes
