#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/train/sample.h"

namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;
using probes::RtpOutcome;
using probes::TrainSample;

// How bad a train went; each is worse than those before it.
enum class RtpGrade : std::uint8_t {
  kFine,
  kPoor,    // audio flows, but badly
  kDeaf,    // in one direction none flows
  kSilent,  // nothing came back
};
RtpGrade GradeOf(RtpOutcome outcome);

// Trains running, up to the newest, that went at least so badly.
struct TrainRun {
  int trains = 0;
  int rounds = 0;   // in which they were sent
  TimePoint since;  // of the first

  void Extend(bool holds, bool new_round, TimePoint at);
};

// The trains to one address of a dialer.
struct TrainSeries {
  std::shared_ptr<const TrainSample> newest;
  TrainRun poor, deaf, silent;
  TrainRun foreign;  // echoed in another dialer's name

  void Add(const std::shared_ptr<const TrainSample>& sample);
  // Or, with another run, that it has not gone so badly since then.
  bool EchoesSince(TimePoint time, TrainRun TrainSeries::*bad = &TrainSeries::silent) const {
    return (this->*bad).trains == 0 && newest->at > time;
  }
};

// Whether audio through a relay is so much worse than without it that callers notice.
bool IsWorse(const TrainSample& relayed, const TrainSample& direct);

// The trains to one dialer through one relay, at the address that counts most.
struct RelayedSeries {
  std::shared_ptr<const TrainSample> newest;
  TrainRun worse;  // than the newest train without a relay at that time; what no relay carried tells nothing

  // `direct`: that train, or null.
  void Add(const std::shared_ptr<const TrainSample>& sample, const TrainSample* direct);
};

// The trains to one dialer, by address. What could not be sent for want of keys is kept under the Endpoint of none.
struct TrainView {
  std::map<base::Endpoint, TrainSeries> addresses;
  std::map<std::string, RelayedSeries> relayed;  // by relay

  void Add(const std::shared_ptr<const TrainSample>& sample);
  const TrainSample* DirectTo(const base::Endpoint& address) const;  // the newest; null: none

  const TrainSample* Newest() const;                // of any address; null: none
  std::vector<const TrainSeries*> Current() const;  // those that the newest round went to: others nobody gives any more
  // What is shown: the newest of these, and then through each relay.
  std::vector<const TrainSample*> Told() const;
};

// Whether any dialer has echoed since then: a sign that our own network works. By dialer.
bool AnyTrainSince(const std::map<std::string, TrainView>& media, TimePoint since);

}  // namespace dialwatch::diagnosis
