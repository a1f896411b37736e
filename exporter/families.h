#pragma once

#include <prometheus/client_metric.h>

#include <vector>

#include "diagnosis/snapshot.h"
#include "exporter/dialer_view.h"
#include "exporter/self_report.h"

// The metric families, one function each: what a scrape sees in, series out. Pure. The table in metrics.cc gives each
// its name, type and help.
namespace dialwatch::exporter {

// All that one scrape looks at. References are valid for the call only.
struct Scrape {
  const diagnosis::Snapshot& snapshot;
  const SelfReport& self;
  base::TimePoint now;
  std::vector<DialerView> views;  // of the snapshot
};

using Series = std::vector<prometheus::ClientMetric>;
using Labels = std::vector<prometheus::ClientMetric::Label>;

// Adds one series; the value goes where the serializer looks for that type.
void AddGauge(Series& out, Labels labels, double value);
void AddCounter(Series& out, Labels labels, std::uint64_t value);
void AddHistogram(Series& out, Labels labels, const diagnosis::Histogram& histogram);
double UnixSeconds(base::TimePoint time);

// dns_families.cc
Series DialerInfo(const Scrape& scrape);
Series DialerState(const Scrape& scrape);
Series DnsLookupDuration(const Scrape& scrape);
Series DnsTtl(const Scrape& scrape);
Series DnsTtlLimit(const Scrape& scrape);
Series DnsAnswerMatches(const Scrape& scrape);
Series DnsCopyExpires(const Scrape& scrape);

// probe_families.cc
Series ProbesTotal(const Scrape& scrape);
Series LastProbeTimestamp(const Scrape& scrape);
Series ForgedDatagrams(const Scrape& scrape);
Series Findings(const Scrape& scrape);
Series Incidents(const Scrape& scrape);

// stun_families.cc
Series StunRtt(const Scrape& scrape);
Series StunMappingMatches(const Scrape& scrape);
Series NatInfo(const Scrape& scrape);

// turn_families.cc
Series TurnRtt(const Scrape& scrape);
Series TurnLoss(const Scrape& scrape);
Series TurnCertificateExpiry(const Scrape& scrape);

// media_families.cc
Series RtpLoss(const Scrape& scrape);
Series RtpJitter(const Scrape& scrape);
Series RtpRtt(const Scrape& scrape);
Series RtpMos(const Scrape& scrape);
Series CallAnswer(const Scrape& scrape);
Series RtpPort(const Scrape& scrape);

// self_families.cc
Series BuildInfo(const Scrape& scrape);
Series LastReloadSuccessful(const Scrape& scrape);
Series LastReloadSuccess(const Scrape& scrape);
Series DiscoveryErrors(const Scrape& scrape);
Series Notifications(const Scrape& scrape);
Series NotificationsFailed(const Scrape& scrape);
Series NotificationQueue(const Scrape& scrape);
Series NotificationOldestPending(const Scrape& scrape);
Series SchedulerLag(const Scrape& scrape);
Series SamplesDropped(const Scrape& scrape);
Series StateDegraded(const Scrape& scrape);
Series StateRowsDropped(const Scrape& scrape);

}  // namespace dialwatch::exporter
