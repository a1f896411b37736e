#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/time.h"
#include "probes/port/sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;
using probes::PortOutcome;
using probes::PortSample;

// What one port of a dialer's RTP range said last, by address. No judgement: silence there is no news.
struct PortView {
  std::map<base::Endpoint, std::shared_ptr<const PortSample>> addresses;

  void Add(const std::shared_ptr<const PortSample>& sample);
  const PortSample* Newest() const;                // of any address; null: none
  std::vector<const PortSample*> Current() const;  // of the newest round: other addresses nobody gives any more
};

// "nobody listens there, but the host is up": what an outcome says, for people.
std::string_view ExplainPort(PortOutcome outcome);

// Whether the host of any dialer was there since then: a sign that our own network works. By dialer.
bool AnyPortSince(const std::map<std::string, PortView>& ports, TimePoint since);

}  // namespace dialwatch::diagnosis
