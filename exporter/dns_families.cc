#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "base/names.h"
#include "diagnosis/incidents/dialer_state.h"
#include "exporter/families.h"

namespace dialwatch::exporter {
namespace {

// A name that Prometheus takes: [a-zA-Z_][a-zA-Z0-9_]*, and not "__…", which is its own.
std::string LabelName(const std::string& text) {
  std::string name = text;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return c >= 0x80 || !std::isalnum(c); }, '_');
  const bool reserved = name.empty() || name.starts_with("__") || std::isdigit(static_cast<unsigned char>(name[0]));
  return reserved ? "label_" + name : name;
}

}  // namespace

Series DialerInfo(const Scrape& scrape) {
  Series out;
  for (const config::Dialer& dialer : scrape.snapshot.settings->dialers) {
    std::map<std::string, std::string> unique{{"dialer", dialer.name}, {"host", dialer.host}};
    for (const auto& [name, value] : dialer.labels) unique.emplace(LabelName(name), value);
    Labels labels;
    for (const auto& [name, value] : unique) labels.push_back({name, value});
    AddGauge(out, std::move(labels), 1);
  }
  return out;
}

Series DialerState(const Scrape& scrape) {
  Series out;
  for (const auto& [dialer, state] : diagnosis::DialerStates(scrape.snapshot)) {
    AddGauge(out, {{"dialer", dialer}, {"state", std::string(base::NameOf(state))}}, 1);
  }
  return out;
}

Series DnsLookupDuration(const Scrape& scrape) {
  Series out;
  for (const auto& [key, histogram] : scrape.snapshot.statistics.dns_lookups) {
    AddHistogram(out, {{"resolver", key.first}, {"transport", key.second}}, histogram);
  }
  return out;
}

Series DnsTtl(const Scrape& scrape) {
  Series out;
  for (const DialerView& view : scrape.views) {
    if (view.ttl) AddGauge(out, {{"dialer", view.dialer}, {"via", view.via}}, static_cast<double>(view.ttl->count()));
  }
  return out;
}

Series DnsTtlLimit(const Scrape& scrape) {
  Series out;
  for (const config::Dialer& dialer : scrape.snapshot.settings->dialers) {
    AddGauge(out, {{"dialer", dialer.name}}, std::chrono::duration<double>(dialer.ttl_max).count());
  }
  return out;
}

Series DnsAnswerMatches(const Scrape& scrape) {
  Series out;
  for (const DialerView& view : scrape.views) {
    if (view.matches) AddGauge(out, {{"dialer", view.dialer}, {"via", view.via}}, *view.matches ? 1 : 0);
  }
  return out;
}

Series DnsCopyExpires(const Scrape& scrape) {
  Series out;
  for (const DialerView& view : scrape.views) {
    if (!view.through_resolver || !view.wrong_until || *view.wrong_until <= scrape.now) continue;
    const base::Duration left = *view.wrong_until - scrape.now;
    AddGauge(out, {{"dialer", view.dialer}, {"resolver", view.via}}, std::chrono::duration<double>(left).count());
  }
  return out;
}

}  // namespace dialwatch::exporter
