#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "diagnosis/dns/controls.h"
#include "diagnosis/dns/history.h"
#include "diagnosis/dns/identities.h"
#include "diagnosis/dns/references.h"
#include "diagnosis/dns/sightings.h"
#include "diagnosis/media/call_view.h"
#include "diagnosis/media/port_view.h"
#include "diagnosis/media/train_view.h"
#include "diagnosis/policy_view.h"
#include "diagnosis/stun/view.h"
#include "diagnosis/zone/view.h"
#include "probes/sample.h"

namespace dialwatch::diagnosis {

using config::Settings;
using probes::DnsSample;
using probes::RecordType;
using probes::Sample;
using probes::TurnSample;

// The newest sample of one name through one server address, and how long it has been failing there; what failing means
// is said in diagnosis/dns/answer.h.
struct DnsSeries {
  std::shared_ptr<const DnsSample> newest;
  int failures = 0;           // consecutive failing samples, the newest included
  TimePoint failing_since;    // of the first of these
  TimePoint answering_since;  // of the first sample that did not fail after these
};

// How one name has fared at one resolver, whichever of its addresses was asked: the same for `length` samples running.
struct Streak {
  bool failing = false;
  int length = 0;
  TimePoint since;   // of the first of these
  TimePoint newest;  // of the last
};

// One name through one resolver.
struct ThroughResolver {
  Streak streak;
  Sightings sightings;                         // the turns, and what was asked again to confirm them
  std::shared_ptr<const DnsSample> unchecked;  // the newest answer with CD=1; null: not asked for
};

// All that is known about one name and type.
struct NameView {
  std::vector<DnsSeries> resolvers;                // one per resolver address, sorted by Via
  std::vector<DnsSeries> authorities;              // one per authoritative server, sorted by Via
  std::map<std::string, ThroughResolver> through;  // by resolver name
  NameHistory history;

  const ThroughResolver* Through(const std::string& resolver) const;  // null: nothing is known
};

// What one resolver said last of the IPv4 addresses of a STUN server's host.
struct Lookup {
  std::shared_ptr<const DnsSample> newest;
  int denials = 0;  // running, the newest included
};

// One relay.
struct TurnSeries {
  std::shared_ptr<const TurnSample> newest;
  int failures = 0;  // consecutive samples of turns that ended in anything but kRelayed
  TimePoint failing_since, answering_since;
  int denials = 0;  // consecutive samples that ended in kUnauthorized
  TimePoint denied_since;
};

using NameKey = std::pair<std::string, RecordType>;  // normalized host, type

// What is known now: the newest samples and the authoritative history. Copies are cheap enough for one a second, since
// samples are shared. Thread safety: none; the diagnosis thread owns it, others get const copies in a Snapshot.
class Picture {
 public:
  void Add(const Sample& sample);

  // Puts back what the store remembers, in place of what is known of the name by now.
  void Restore(const NameKey& name, NameHistory history);

  // A vantage point that has been silent for this many of its turns and a timeout has gone; a probe that fails is not
  // silent, it gives a sample. Never sooner than kShortestSilence, since a sweep over many names takes its time.
  static constexpr int kSilentTurns = 3;
  static constexpr Duration kShortestSilence = std::chrono::minutes(1);

  // Forgets what `settings` no longer has, what has gone silent, and history beyond the retention. Until it is called,
  // the picture grows with what is added.
  void Retain(const Settings& settings, TimePoint now);

  const NameView* Find(const NameKey& name) const;
  const ZoneView* FindZone(const std::string& zone) const;
  const std::map<NameKey, NameView>& names() const { return names_; }
  const std::map<std::string, StunView>& stun() const { return stun_; }
  // By STUN host and resolver name.
  const std::map<std::string, std::map<std::string, Lookup>>& lookups() const { return lookups_; }
  const std::map<std::string, TurnSeries>& turn() const { return turn_; }
  const std::map<std::string, TrainView>& media() const { return media_; }  // by dialer
  const CallViews& calls() const { return calls_; }
  const std::map<std::string, PortView>& ports() const { return ports_; }  // by dialer
  const std::map<std::string, ZoneView>& zones() const { return zones_; }
  const PolicyView& policy() const { return policy_; }
  const std::shared_ptr<const probes::StateSample>& state() const { return state_; }  // null: nobody has told
  const Controls& controls() const { return controls_; }
  const Identities& identities() const { return identities_; }
  const References& references() const { return references_; }

  // Names whose history got a new entry since the last call (not just a later last_seen).
  std::vector<NameKey> TakeChangedHistories();

 private:
  void Add(const std::shared_ptr<const DnsSample>& sample);
  void AddTurn(const std::shared_ptr<const DnsSample>& sample);
  void AddConfirmation(const std::shared_ptr<const DnsSample>& sample);
  void Add(const std::shared_ptr<const StunSample>& sample);
  void Add(const std::shared_ptr<const NatSample>& sample);
  void Add(const std::shared_ptr<const TurnSample>& sample);
  void Add(const std::shared_ptr<const TrainSample>& sample);
  void Add(const std::shared_ptr<const EchoCallSample>& sample);
  void Add(const std::shared_ptr<const PortSample>& sample);
  void Add(const std::shared_ptr<const probes::ZoneSample>& sample);
  void Add(const std::shared_ptr<const probes::IceConfigSample>& sample) { policy_.Add(sample); }
  void Add(const std::shared_ptr<const probes::ResolvConfSample>& sample) { policy_.Add(sample); }
  void Add(const std::shared_ptr<const probes::StateSample>& sample) { state_ = sample; }

  void RetainMedia(const Settings& settings, TimePoint now);
  void RetainCalls(const Settings& settings, TimePoint now);
  void RetainPorts(const Settings& settings, TimePoint now);
  void KeepLookups(const Settings& settings, TimePoint now);

  std::map<NameKey, NameView> names_;
  std::map<std::string, StunView> stun_;  // by server name
  std::map<std::string, std::map<std::string, Lookup>> lookups_;
  std::map<std::string, TurnSeries> turn_;  // by server name
  std::map<std::string, TrainView> media_;
  CallViews calls_;
  std::map<std::string, PortView> ports_;
  std::map<std::string, ZoneView> zones_;  // by zone
  PolicyView policy_;
  std::shared_ptr<const probes::StateSample> state_;
  Controls controls_;
  Identities identities_;
  References references_;
  std::set<NameKey> changed_;
};

}  // namespace dialwatch::diagnosis
