#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "diagnosis/history.h"
#include "probes/sample.h"

namespace dialwatch::diagnosis {

using config::Settings;
using probes::DnsSample;
using probes::RecordType;
using probes::Sample;
using probes::StunSample;

// The newest sample of one name through one vantage point, and how long it has been failing there.
// Failing: no answer at all, or SERVFAIL, or REFUSED.
struct DnsSeries {
  std::shared_ptr<const DnsSample> newest;
  int failures = 0;         // consecutive failing samples, the newest included
  TimePoint failing_since;  // of the first of these
};

// All that is known about one name and type.
struct NameView {
  std::vector<DnsSeries> resolvers;    // one per resolver address, sorted by Via
  std::vector<DnsSeries> authorities;  // one per authoritative server, sorted by Via
  NameHistory history;
};

struct StunSeries {
  std::shared_ptr<const StunSample> newest;
  int failures = 0;  // consecutive samples without a mapped address
  TimePoint failing_since;
};

using NameKey = std::pair<std::string, RecordType>;  // normalized host, type

// What is known now: the newest samples and the authoritative history. Copies are cheap enough for one a second, since
// samples are shared. Thread safety: none; the diagnosis thread owns it, others get const copies in a Snapshot.
class Picture {
 public:
  void Add(const Sample& sample);

  // Puts back what the store remembers; for names of which there is no sample yet.
  void Restore(const NameKey& name, NameHistory history);

  // Forgets what `settings` no longer has, what has not been heard of for several intervals, and old history.
  void Retain(const Settings& settings, TimePoint now);

  const NameView* Find(const NameKey& name) const;
  const std::map<NameKey, NameView>& names() const { return names_; }
  const std::map<std::string, StunSeries>& stun() const { return stun_; }

  // Names whose history got a new entry since the last call (not just a later last_seen).
  std::vector<NameKey> TakeChangedHistories();

 private:
  std::map<NameKey, NameView> names_;
  std::map<std::string, StunSeries> stun_;  // by server name
  std::vector<NameKey> changed_;
};

}  // namespace dialwatch::diagnosis
