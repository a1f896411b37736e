#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/rtp/echo_sample.h"

namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;
using probes::EchoOutcome;
using probes::EchoSample;

// How bad a train went; each is worse than those before it.
enum class EchoGrade : std::uint8_t {
  kFine,
  kPoor,    // audio flows, but badly
  kDeaf,    // in one direction none flows
  kSilent,  // nothing came back
};
EchoGrade GradeOf(EchoOutcome outcome);

// Trains running, up to the newest, that went at least so badly.
struct EchoRun {
  int trains = 0;
  int rounds = 0;   // in which they were sent
  TimePoint since;  // of the first

  void Extend(bool holds, bool new_round, TimePoint at);
};

// The trains to one address of a dialer.
struct EchoSeries {
  std::shared_ptr<const EchoSample> newest;
  EchoRun poor, deaf, silent;
  EchoRun foreign;  // echoed in another dialer's name

  void Add(const std::shared_ptr<const EchoSample>& sample);
  // Or, with another run, that it has not gone so badly since then.
  bool EchoesSince(TimePoint time, EchoRun EchoSeries::*bad = &EchoSeries::silent) const {
    return (this->*bad).trains == 0 && newest->at > time;
  }
};

// Whether audio through a relay is so much worse than without it that callers notice.
bool IsWorse(const EchoSample& relayed, const EchoSample& direct);

// The trains to one dialer through one relay, at the address that counts most.
struct RelayedSeries {
  std::shared_ptr<const EchoSample> newest;
  EchoRun worse;  // than the newest train without a relay at that time; what no relay carried tells nothing

  // `direct`: that train, or null.
  void Add(const std::shared_ptr<const EchoSample>& sample, const EchoSample* direct);
};

// The trains to one dialer, by address. What could not be sent for want of keys is kept under the Endpoint of none.
struct EchoView {
  std::map<base::Endpoint, EchoSeries> addresses;
  std::map<std::string, RelayedSeries> relayed;  // by relay

  void Add(const std::shared_ptr<const EchoSample>& sample);
  const EchoSample* DirectTo(const base::Endpoint& address) const;  // the newest; null: none

  const EchoSample* Newest() const;                // of any address; null: none
  std::vector<const EchoSeries*> Current() const;  // those that the newest round went to: others nobody gives any more
  // What is shown: the newest of these, and then through each relay.
  std::vector<const EchoSample*> Told() const;
};

// Whether any dialer has echoed since then: a sign that our own network works. By dialer.
bool AnyEchoSince(const std::map<std::string, EchoView>& media, TimePoint since);

}  // namespace dialwatch::diagnosis
