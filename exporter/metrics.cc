#include "exporter/metrics.h"

#include <memory>
#include <string>
#include <utility>

namespace dialwatch::exporter {
namespace {

using prometheus::MetricType;
constexpr auto kGauge = MetricType::Gauge;
constexpr auto kCounter = MetricType::Counter;
constexpr auto kHistogram = MetricType::Histogram;

constexpr FamilyEntry kFamilies[] = {
    {"build_info", "version", "Always 1; its label tells the version that runs.", kGauge, BuildInfo},
    {"dialer_info", "dialer, host, …", "Always 1; its labels tell what the config says of a dialer.", kGauge,
     DialerInfo},
    {"dialer_state", "dialer, state", "Always 1; its label tells how a dialer fares: unknown, ok, degraded or failing.",
     kGauge, DialerState},

    {"probes_total", "kind, via, result", "Probes that have ended, by how they ended.", kCounter, ProbesTotal},
    {"last_probe_timestamp_seconds", "kind, via, dialer", "When a probe last ended, as Unix time.", kGauge,
     LastProbeTimestamp},
    {"forged_datagrams_total", "", "Datagrams received that matched no query of ours.", kCounter, ForgedDatagrams},

    {"dns_lookup_duration_seconds", "resolver, transport", "Time from a DNS query to its reply.", kHistogram,
     DnsLookupDuration},
    {"dns_ttl_seconds", "dialer, via", "Highest TTL of any record in the newest answers.", kGauge, DnsTtl},
    {"dns_ttl_limit_seconds", "dialer", "Highest TTL that the config allows.", kGauge, DnsTtlLimit},
    {"dns_answer_matches", "dialer, via",
     "Whether the newest answers are what the authority gives now or the config expects.", kGauge, DnsAnswerMatches},
    {"dns_copy_expires_seconds", "dialer, resolver", "Time until the last wrong copy seen leaves the resolver's cache.",
     kGauge, DnsCopyExpires},

    {"stun_rtt_seconds", "server", "Round-trip time of STUN bindings, without retransmitted ones.", kHistogram,
     StunRtt},
    {"stun_mapping_matches", "server",
     "Whether the newest mapped addresses agree with the other servers and with the config.", kGauge,
     StunMappingMatches},
    {"nat_info", "server, mapping, filtering",
     "Always 1; its labels tell what the NAT before us is like, as measured through a STUN server.", kGauge, NatInfo},

    {"turn_rtt_seconds", "server", "Round-trip time to a relay: of a turn's first request that was sent but once.",
     kHistogram, TurnRtt},
    {"turn_loss_ratio", "server, direction", "Share of the newest turn's packets that did not come through the relay.",
     kGauge, TurnLoss},
    {"turn_certificate_expiry_timestamp_seconds", "server",
     "When the certificate that a relay showed last ends, as Unix time.", kGauge, TurnCertificateExpiry},

    {"rtp_loss_ratio", "dialer, via, direction",
     "Share of the newest train's or call's packets that were lost on the way to the dialer and on the way back.",
     kGauge, RtpLoss},
    {"rtp_jitter_seconds", "dialer, via, direction", "Interarrival jitter of the newest train or call (RFC 3550).",
     kGauge, RtpJitter},
    {"rtp_rtt_seconds", "dialer, via",
     "Median round-trip time of the newest train or call, without the reflector's own.", kGauge, RtpRtt},
    {"rtp_mos", "dialer, via", "What the E-model makes of the newest train's or call's worse direction, from 1 to 4.5.",
     kGauge, RtpMos},
    {"call_answer_seconds", "dialer", "Time from INVITE to the answer of the newest call.", kGauge, CallAnswer},

    {"rtp_port_info", "dialer, via, outcome",
     "Always 1; its label tells what came back from a port of the dialer's RTP range. Silence is normal.", kGauge,
     RtpPort},

    {"finding", "rule, subject, severity", "Always 1; a finding that stands now.", kGauge, Findings},
    {"incidents", "cause", "Incidents that are firing now.", kGauge, Incidents},

    {"config_last_reload_successful", "", "Whether the config was taken over when it was last read.", kGauge,
     LastReloadSuccessful},
    {"config_last_reload_success_timestamp_seconds", "", "When a config was last taken over, as Unix time.", kGauge,
     LastReloadSuccess},
    {"discovery_errors", "",
     "Files and zones of [[discovery]] that could not be read at the last look; what they held stays.", kGauge,
     DiscoveryErrors},
    {"notifications_total", "receiver", "Messages delivered.", kCounter, Notifications},
    {"notifications_failed_total", "receiver, reason", "Attempts to deliver a message that failed.", kCounter,
     NotificationsFailed},
    {"notification_queue_length", "receiver", "Messages that wait for delivery.", kGauge, NotificationQueue},
    {"notification_oldest_pending_seconds", "receiver", "Age of the oldest message that waits for delivery.", kGauge,
     NotificationOldestPending},
    {"scheduler_lag_seconds", "", "How late the latest probe started.", kGauge, SchedulerLag},
    {"samples_dropped_total", "", "Samples lost because the diagnosis did not keep up.", kCounter, SamplesDropped},
    {"state_degraded", "", "Whether the database cannot be written, so that a restart would forget.", kGauge,
     StateDegraded},
    {"state_rows_dropped_total", "", "Samples and other rows that the database did not take in time.", kCounter,
     StateRowsDropped},
};

const diagnosis::Snapshot& NothingYet() {
  static const diagnosis::Snapshot kNothing = [] {
    diagnosis::Snapshot nothing;
    nothing.settings = std::make_shared<const config::Settings>();
    return nothing;
  }();
  return kNothing;
}

}  // namespace

std::span<const FamilyEntry> Families() {
  return kFamilies;
}

std::vector<prometheus::MetricFamily> CollectMetrics(const diagnosis::Snapshot* snapshot, const SelfReport& self,
                                                     base::TimePoint now) {
  const diagnosis::Snapshot& seen = snapshot ? *snapshot : NothingYet();
  const Scrape scrape{seen, self, now, DialerViews(seen.judgements)};
  std::vector<prometheus::MetricFamily> families;
  for (const FamilyEntry& entry : kFamilies) {
    Series series = entry.collect(scrape);
    if (series.empty()) continue;
    families.push_back(
        {"dialwatch_" + std::string(entry.name), std::string(entry.help), entry.type, std::move(series)});
  }
  return families;
}

}  // namespace dialwatch::exporter
