#pragma once

#include <map>
#include <string>

#include "config/settings.h"
#include "probes/dns/sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;

// How the resolvers fare with names that are not ours, which they are asked for while they are silent on ours: one that
// replies here is not down, nor is our network; one that is silent here as well is, or the way to it. Value type.
class References {
 public:
  static constexpr int kRunning = 2;  // one late reply of a resolver that is just coming back is no sign of life

  void Add(const probes::DnsSample& sample);
  void Retain(const config::Settings& settings, TimePoint oldest);

  // The resolver has replied, be it by an error, to the last kRunning of these questions.
  bool Replies(const std::string& resolver) const;
  // It was silent on as many.
  bool IsSilent(const std::string& resolver) const;
  // Any has replied to the last one.
  bool AnyReplies() const;

 private:
  struct Series {
    bool replied = false;  // to the last one
    int length = 0;        // the last ones running of which that is so
    TimePoint at;          // of the newest
  };
  bool Is(const std::string& resolver, bool replied) const;

  std::map<std::string, Series> series_;  // by resolver
};

}  // namespace dialwatch::diagnosis
