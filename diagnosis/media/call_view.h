#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/call/sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;
using probes::EchoCallSample;
using probes::SipOutcome;

// How bad a call went; each is worse than those before it.
enum class CallGrade : std::uint8_t {
  kFine,
  kPoor,    // our audio comes back, but badly
  kDeaf,    // the dialer talks, but not with our audio
  kMute,    // nothing comes back
  kFailed,  // it was not answered, or not ended, as it should be
};
// Of one that was not stopped by ourselves.
CallGrade GradeOf(const EchoCallSample& sample);

// Calls running, up to the newest, that went at least so badly.
struct CallRun {
  int calls = 0;
  TimePoint since;  // of the first

  void Extend(bool holds, TimePoint at);
};

// The calls to one address of a dialer.
struct CallSeries {
  std::shared_ptr<const EchoCallSample> newest;
  CallRun poor, deaf, mute, failed;
  CallRun unended;  // of those that failed: the dialer may still hold these

  // A call that we stopped ourselves tells nothing, and is kept only where nothing else is.
  void Add(const std::shared_ptr<const EchoCallSample>& sample);
  bool EchoesSince(TimePoint time) const;
  bool IsGivenByResolversAlone() const;
};

// The calls to one dialer, by address.
struct CallView {
  std::map<base::Endpoint, CallSeries> addresses;

  const EchoCallSample* Newest() const;            // of any address; null: none
  std::vector<const CallSeries*> Current() const;  // those of the newest round: others nobody gives any more
  // Of these, where callers are meant to go: the literal one, those of the authority, or all where it gives none.
  std::vector<const CallSeries*> Own() const;
};
using CallViews = std::map<std::string, CallView>;  // by dialer

// Whether any dialer has said anything in SIP since then, be it a refusal: a sign that our own network works.
bool AnySipSince(const CallViews& calls, TimePoint since);

}  // namespace dialwatch::diagnosis
