#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "tests/lab/dialwatch.h"
#include "tests/lab/http_sink.h"
#include "tests/lab/lab.h"

namespace dialwatch::e2e {

using base::Json;
using lab::WaitUntil;
using Strings = std::vector<std::string>;

// Long enough for a few rounds on a machine that is busy with other things too.
constexpr std::chrono::seconds kSoon(10);

// A lab with a healthy daemon that has probed everything once, and the webhook that it posts to.
struct Watched {
  // `prepare`: what is so before the daemon starts.
  explicit Watched(lab::Config config = {}, const std::function<void(lab::Lab&)>& prepare = {});

  // Waits until the findings are these, by id and sorted; false where that does not come soon.
  bool Finds(const Strings& ids);
  Strings findings() const;  // as they are now
  // Lets `count` more rounds of probes end.
  void LetRounds(int count) const;
  // Waits for post number `count`, counted from 1, and gives its text; empty where it does not come soon.
  std::string Post(std::size_t count, std::chrono::seconds limit = kSoon) const;
  // The one incident that there is: on-call is told of it once, in a message that says all this.
  bool TellsOnce(const Strings& says) const;
  // And after that once, that it is over.
  bool TellsItsEnd(const std::string& says) const;

  lab::Lab lab;
  lab::HttpSink sink;
  lab::Daemon daemon;
};

Json StatusOf(const lab::Daemon& daemon);
Strings FindingIds(const Json& object);  // of its "findings", sorted
// How many probes of `resolver` have ended in `result`, or in any.
double ProbesOf(const lab::Daemon& daemon, const std::string& resolver, const std::string& result = "");
double ValueOf(const lab::Daemon& daemon, const std::string& series);  // of one metrics line, NaN where it is not there

double SecondsUntil(const std::string& time);  // RFC 3339, UTC; from now, NaN where it is none

bool Contains(const std::string& text, const std::string& part);

}  // namespace dialwatch::e2e
