#include "base/duration_text.h"
#include "config/sections.h"

// The sections that stand once: how to probe, what is allowed, where we look from, what we keep and whom we tell.
namespace dialwatch::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

AnySection ProbingSection() {
  return Section<Probing>("probing", "How often and how patiently dialwatch asks.")
      .Add({"interval", "Each target is asked once per interval.", R"("30s")"}, &Probing::interval,
           DurationBetween(1s, 1h))
      .Add(
          {"timeout", "How long an exchange may take, retries included. Must be shorter than the interval.", R"("2s")"},
          &Probing::timeout, DurationBetween(100ms, 30s))
      .Add({"workers", "Threads that probe. One serves thousands of targets.", "1"}, &Probing::workers,
           IntegerBetween(1, 64))
      .Check("timeout-under-interval",
             [](const Entry<Probing>& entry, Errors& errors) {
               const auto& [interval, timeout, workers] = entry.value;
               if (timeout < interval) return;
               errors.Add(entry.At("timeout"),
                          fmt::format("timeout: {} is not shorter than the interval, {}, so rounds would overlap",
                                      base::FormatDuration(timeout), base::FormatDuration(interval)));
             })
      .Build(&Settings::probing);
}

AnySection PolicySection() {
  return Section<Policy>("policy", "What your own rules allow.")
      .Add({"ttl_max", "The longest TTL that a dialer's records may have: how long a mistake in them can live on.",
            R"("300s")"},
           &Policy::ttl_max, TtlBetween(1s, days(30)))
      .Add({"allowed_stun",
            "Hosts of the STUN and TURN servers that clients and dialers may be told to use. Empty: any. What "
            "[[ice_config]] finds is held against it.",
            R"(["stun.telnyx.com", "turn.telnyx.com"])"},
           &Policy::allowed_stun, ListOf("host names or addresses", HostNameOrAddress()))
      .Add({"allowed_resolvers",
            "Resolvers that this machine may use. Empty: any. Its /etc/resolv.conf is held against it, and behind "
            "systemd-resolved what resolvectl names.",
            R"(["9.9.9.9"])"},
           &Policy::allowed_resolvers, ListOf("addresses", Address()))
      .Build(&Settings::policy);
}

AnySection VantageSection() {
  return Section<Vantage>("vantage", "The place that dialwatch looks from.")
      .Add({"name", "What messages and metrics call it.", R"("office-east")", "the machine's host name"},
           &Vantage::name, Text())
      .Add({"expect_mapped", "The addresses that STUN servers may say we have. Empty: any.", R"(["203.0.113.10"])"},
           &Vantage::expect_mapped, ListOf("addresses", Address()))
      .Add({"bind", "The source address of probes.", R"("192.0.2.7")", "the system's choice"}, &Vantage::bind,
           SourceAddress())
      .Build(&Settings::vantage);
}

AnySection StateSection() {
  return Section<State>(
             "state",
             "What dialwatch remembers over restarts: past answers, samples, incidents, messages not yet delivered.")
      .Add({"path", "The SQLite file. \"\": no memory over restarts.", R"("/var/lib/dialwatch/dialwatch.db")",
            "dialwatch.db in $STATE_DIRECTORY, else in $XDG_STATE_HOME/dialwatch, else in ~/.local/state/dialwatch"},
           &State::path, TextOrEmpty())
      .Add({"retention", "How long past answers are kept. Must cover the longest TTL that you want explained.",
            R"("30d")"},
           &State::retention, DurationBetween(1h, days(3650)))
      .Add({"max_mb",
            "How many MB of samples are kept: for 48 hours, by the minute for 30 days, by the hour for a year, or for "
            "less of each where that is too much.",
            "2000"},
           &State::max_mb, IntegerBetween(10, 1'000'000))
      .Build(&Settings::state);
}

AnySection ExporterSection() {
  return Section<Exporter>("exporter", "Metrics, health and the status API over HTTP.")
      .Add({"listen", "Where to listen. There is no TLS and no password yet: keep it on loopback or behind a proxy.",
            R"("127.0.0.1:10355")"},
           &Exporter::listen, ListenAddress(Exporter{}.listen.port))
      .NotYet({"tls_cert", "tls_key", "client_ca", "users"})
      .Build(&Settings::exporter);
}

AnySection AlertingSection() {
  return Section<Alerting>("alerting", "When an incident is told, and told again.")
      .Add({"for", "How long a finding must stand before it is told.", R"("60s")"}, &Alerting::wait,
           DurationBetween(0s, days(1)))
      .Add({"keep_firing_for",
            "How long a finding must be gone before it counts as resolved; two turns of what looks for it at least.",
            R"("2m")"},
           &Alerting::keep_firing_for, DurationBetween(0s, days(1)))
      .Add({"repeat", "How long until an incident that stands is told again.", R"("4h")"}, &Alerting::repeat,
           DurationBetween(1min, days(30)))
      .Add({"status_url", "Where people reach this dialwatch's HTTP; messages link to it.",
            R"("https://watch.example.com")", "no link"},
           &Alerting::status_url, HttpUrl())
      .Build(&Settings::alerting);
}

}  // namespace

std::vector<AnySection> DaemonSections() {
  return {ProbingSection(), PolicySection(), VantageSection(), StateSection(), ExporterSection(), AlertingSection()};
}

}  // namespace dialwatch::config
