// memory_pages.h: what was seen of a dialer or a server.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/rfc3339.h"
#include "exporter/memory_pages.h"
#include "exporter/memory_source.h"

namespace dialwatch::exporter {
namespace {

using base::Json;
using state::Resolution, state::SampleRow;

constexpr std::array<std::string_view, 3> kResolutionNames{"raw", "1m", "1h"};  // in the order of Resolution

double Milliseconds(std::int64_t microseconds) {
  return static_cast<double>(microseconds) / 1000;
}

Json ToJson(const SampleRow& row) {
  Json json{{"at", base::FormatRfc3339(row.at)},
            {"kind", row.series.kind},
            {"subject", row.series.subject},
            {"via", row.series.via},
            {"said", row.said},
            {"count", row.count},
            {"failures", row.failures}};
  if (row.rtt && row.rtt_min && row.rtt_max) {
    json["rtt_ms"] = {
        {"min", Milliseconds(*row.rtt_min)}, {"avg", Milliseconds(*row.rtt)}, {"max", Milliseconds(*row.rtt_max)}};
  }
  if (row.ttl) json["ttl"] = *row.ttl;
  if (row.sent) json["sent"] = *row.sent;
  if (row.lost) json["lost"] = *row.lost;
  return json;
}

// The finest that has all of the time asked for, and not far too many rows.
Resolution Fitting(base::TimePoint from, base::TimePoint to, base::TimePoint now) {
  constexpr std::array<base::Duration, 2> kLongest{std::chrono::hours(6), std::chrono::days(7)};
  for (const Resolution resolution : {Resolution::kRaw, Resolution::kMinute}) {
    if (now - from <= RetentionOf(resolution) && to - from <= kLongest[static_cast<std::size_t>(resolution)]) {
      return resolution;
    }
  }
  return Resolution::kHour;
}

std::string Write(const state::SamplePlace& place) {
  return fmt::format("{}.{}.{}", place.at.time_since_epoch().count(), place.series, place.said);
}

std::optional<state::SamplePlace> ReadPlace(std::string_view text) {
  std::array<std::int64_t, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), parts[i]);
    if (failed != std::errc() || parts[i] < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (i + 1 < parts.size() ? !text.starts_with('.') : !text.empty()) return std::nullopt;
    if (!text.empty()) text.remove_prefix(1);
  }
  return state::SamplePlace{base::TimePoint(base::Duration(parts[0])), parts[1], parts[2]};
}

// Whom the rows are about: a dialer is asked for by its host, and tried by its name; so too a server.
void SetSubjects(const std::string& dialer, const std::string& server, const config::Settings* settings,
                 state::SampleQuery& query) {
  query.kinds = {"dns"};
  query.subjects = {dialer + server};
  if (!dialer.empty()) query.kinds.insert(query.kinds.end(), {"rtp", "call", "port"});
  if (!server.empty()) query.kinds.insert(query.kinds.end(), {"stun", "turn"});
  if (settings == nullptr) return;
  const auto add = [&](const auto& all, const std::string& name, const auto& host_of) {
    for (const auto& each : all) {
      if (each.name == name) query.subjects.push_back(host_of(each));
    }
  };
  add(settings->dialers, dialer, [](const auto& each) { return each.host; });
  add(settings->stun_servers, server, [](const auto& each) { return each.uri.host; });
  add(settings->turn_servers, server, [](const auto& each) { return each.uri.host; });
}

state::SampleQuery ReadQuery(ParameterReader& reader, base::TimePoint now) {
  state::SampleQuery query;
  const auto from = reader.Time("from");
  if (!from) reader.Refuse("from is missing: the time from which samples are wanted, such as 2020-08-31T13:05:00Z");
  query.to = reader.Time("to").value_or(now);
  query.from = from.value_or(query.to);
  if (query.from > query.to) reader.Refuse("from is later than to");
  query.resolution = Fitting(query.from, query.to, now);
  if (const std::string name = reader.Text("resolution"); !name.empty()) {
    const auto found = std::ranges::find(kResolutionNames, name);
    if (found == kResolutionNames.end()) reader.Refuse("resolution is raw, 1m or 1h");
    query.resolution = static_cast<Resolution>(found - kResolutionNames.begin());
  }
  query.most = reader.Count("limit", 1000, 5000);
  if (const std::string place = reader.Text("after"); !place.empty()) {
    query.after = ReadPlace(place);
    if (!query.after) reader.Refuse("after is what another page has as its next");
  }
  return query;
}

}  // namespace

Page SamplesPage(const Parameters& parameters, const Sources& sources, base::TimePoint now) {
  ParameterReader reader(parameters);
  const std::string dialer = reader.Text("dialer"), server = reader.Text("server");
  if (dialer.empty() == server.empty()) reader.Refuse("one of dialer and server is wanted, by its name");
  state::SampleQuery query = ReadQuery(reader, now);
  if (const std::string error = reader.Error(); !error.empty()) return Refusal(400, error);

  Json answer{{"version", 1},
              {"from", base::FormatRfc3339(query.from)},
              {"to", base::FormatRfc3339(query.to)},
              {"resolution", kResolutionNames[static_cast<std::size_t>(query.resolution)]}};
  const base::Duration oldest = RetentionOf(query.resolution) + std::chrono::days(1);
  query.from = std::max(query.from, now - oldest);
  query.to = std::min(query.to, now + std::chrono::days(1));
  const auto snapshot = sources.snapshot();
  SetSubjects(dialer, server, snapshot ? snapshot->settings.get() : nullptr, query);

  const auto memory = OpenMemory(sources);
  if (!memory) return Refusal(503, memory.error().what);
  const auto page = memory->ReadSamples(query);
  if (!page) return Refusal(503, page.error().what);
  if (page->rows.empty() && query.subjects.size() == 1) {
    const auto known = memory->Remembers(query.subjects.front());
    if (known && !*known) return Refusal(404, "nothing is known of a dialer or server of that name");
  }
  answer["samples"] = Json::array();
  for (const SampleRow& row : page->rows) answer["samples"].push_back(ToJson(row));
  if (page->next) answer["next"] = Write(*page->next);
  return {200, kJsonType, base::Dump(answer)};
}

}  // namespace dialwatch::exporter
