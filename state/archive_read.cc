// Archive: what people ask it.
#include <fmt/format.h>

#include <algorithm>

#include "state/archive.h"
#include "state/database.h"
#include "state/slots.h"

namespace dialwatch::state {
namespace {

// "?,?,?"
std::string Places(std::size_t count) {
  std::string places;
  for (std::size_t i = 0; i < count; ++i) places += i == 0 ? "?" : ",?";
  return places;
}

struct Series {
  std::int64_t id = 0;
  SeriesName name;
};

Result<std::vector<Series>> FindSeries(const Database& database, const SampleQuery& query) {
  Statement find = database.Prepare(fmt::format(
      "SELECT id, subject, kind, via FROM series WHERE subject IN ({}) LIMIT 10000", Places(query.subjects.size())));
  for (const std::string& subject : query.subjects) find.Bind(subject);
  std::vector<Series> found;
  for (;;) {
    const auto row = find.Step();
    if (!row) return row.error();
    if (!*row) return found;
    Series series{find.ReadInt(), {find.ReadText(), find.ReadText(), find.ReadText()}};
    const auto begins = [&](const std::string& kind) { return series.name.kind.starts_with(kind); };
    if (std::ranges::any_of(query.kinds, begins)) found.push_back(std::move(series));
  }
}

SampleRow ReadSample(Statement& row, Resolution resolution) {
  SampleRow sample{.said = row.ReadText(), .count = row.ReadInt(), .failures = row.ReadInt()};
  const auto rtt = row.ReadOptional(), timed = row.ReadOptional(), least = row.ReadOptional(),
             most = row.ReadOptional();
  if (rtt) sample.rtt = *rtt / std::max<std::int64_t>(timed.value_or(1), 1);
  sample.rtt_min = resolution == Resolution::kRaw ? rtt : least;
  sample.rtt_max = resolution == Resolution::kRaw ? rtt : most;
  sample.sent = row.ReadOptional();
  sample.lost = row.ReadOptional();
  sample.ttl = row.ReadOptional();
  return sample;
}

PastIncident ReadPast(Statement& row) {
  PastIncident past{row.ReadText(), row.ReadText(), row.ReadText(), row.ReadText(), row.ReadTime(), {}, {}};
  if (const auto until = row.ReadOptional()) past.until = TimePoint(Duration(*until));
  past.body = row.ReadText();
  return past;
}

Result<std::vector<PastIncident>> ReadAllPast(Statement& read) {
  std::vector<PastIncident> found;
  for (;;) {
    const auto row = read.Step();
    if (!row) return row.error();
    if (!*row) return found;
    found.push_back(ReadPast(read));
  }
}

}  // namespace

Result<SamplePage> Archive::ReadSamples(const SampleQuery& query) const {
  database_->Doing("read samples");
  const auto series = FindSeries(*database_, query);
  if (!series) return series.error();
  SamplePage page;
  if (series->empty()) return page;
  Statement read = database_->Prepare(
      fmt::format("SELECT series, at, sample.said, text, count, failures, rtt, timed, rtt_min, rtt_max, sent, lost, ttl"
                  " FROM sample LEFT JOIN said ON said.id = sample.said"
                  " WHERE resolution = ? AND slot = ? AND at >= ? AND at < ? AND (at, series, sample.said) > (?, ?, ?)"
                  " AND series IN ({}) ORDER BY at, series, sample.said LIMIT ?",
                  Places(series->size())));
  const Duration width = SlotWidth(query.resolution);
  TimePoint from = std::max(query.from, query.after ? query.after->at : query.from);
  SamplePlace last{from, -1, -1};
  if (query.after) last = *query.after;
  for (std::int64_t slot = SlotOf(from, width); TimePoint(slot * width) < query.to; ++slot) {
    const TimePoint begin(slot * width);
    read.BindAll(static_cast<std::int64_t>(query.resolution), slot, std::max(from - begin, Duration(0)).count(),
                 (query.to - begin).count(), last.at < begin ? -1 : (last.at - begin).count(), last.series, last.said);
    for (const Series& each : *series) read.Bind(each.id);
    read.Bind(static_cast<std::int64_t>(query.most - page.rows.size() + 1));
    for (;;) {
      const auto row = read.Step();
      if (!row) return row.error();
      if (!*row) break;
      if (page.rows.size() == query.most) {
        page.next = last;
        return page;
      }
      last.series = read.ReadInt();
      last.at = begin + Duration(read.ReadInt());
      last.said = read.ReadInt();
      SampleRow& sample = page.rows.emplace_back(ReadSample(read, query.resolution));
      sample.series = std::ranges::find(*series, last.series, &Series::id)->name;
      sample.at = last.at;
    }
    read.Reset();
  }
  return page;
}

Result<bool> Archive::Remembers(const std::string& subject) const {
  return database_->Doing("read samples").Prepare("SELECT 1 FROM series WHERE subject = ?").Bind(subject).Step();
}

Result<std::vector<PastIncident>> Archive::ReadIncidents(const IncidentQuery& query) const {
  constexpr std::int64_t kEver = INT64_MAX;
  Statement read =
      database_->Doing("read past incidents")
          .Prepare(
              "SELECT id, cause, severity, state, since, until, body FROM past WHERE coalesce(until, ?1) >= ?2 AND"
              " since < ?3 AND (?4 = '' OR state = ?4) AND (since, id) < (?5, ?6)"
              " ORDER BY since DESC, id DESC LIMIT ?7");
  read.BindAll(kEver, Milliseconds(query.from).value_or(INT64_MIN), Milliseconds(query.to).value_or(kEver), query.state,
               query.after ? query.after->first.time_since_epoch().count() : kEver,
               query.after ? std::string_view(query.after->second) : std::string_view(),
               static_cast<std::int64_t>(query.most));
  return ReadAllPast(read);
}

Result<std::vector<PastIncident>> Archive::ReadUnfinished(TimePoint ended_since) const {
  constexpr std::int64_t kMost = 1000;
  Statement read =
      database_->Doing("load the incidents")
          .Prepare(
              "SELECT past.id, cause, severity, iif(coalesce(until, told_at) IS NULL, past.state, 'resolved'),"
              " past.since, coalesce(until, told_at), past.body"
              " FROM past LEFT JOIN incident ON incident.id = past.id AND incident.state = 'resolved'"
              " WHERE (until IS NULL OR until >= ?1) AND coalesce(until, told_at, ?1) >= ?1"
              " ORDER BY +past.since DESC LIMIT ?2");  // by the index on `until`, not on `since`
  read.BindAll(ended_since, kMost);
  auto found = ReadAllPast(read);
  if (found) std::ranges::reverse(*found);
  return found;
}

Result<std::optional<PastIncident>> Archive::ReadIncident(const std::string& id) const {
  Statement read = database_->Doing("read a past incident")
                       .Prepare("SELECT id, cause, severity, state, since, until, body FROM past WHERE id = ?");
  const auto row = read.Bind(id).Step();
  if (!row) return row.error();
  return *row ? std::optional(ReadPast(read)) : std::nullopt;
}

Result<std::vector<Notification>> Archive::ReadNotifications(const std::string& incident) const {
  Statement read = database_->Doing("read past notifications")
                       .Prepare(
                           "SELECT receiver, incident, sequence, created, ended, attempts, outcome FROM notification"
                           " WHERE incident = ? ORDER BY ended, receiver, sequence LIMIT 1000");
  read.Bind(incident);
  std::vector<Notification> found;
  for (;;) {
    const auto row = read.Step();
    if (!row) return row.error();
    if (!*row) return found;
    found.push_back({read.ReadText(), read.ReadText(), read.ReadInt(), read.ReadTime(), read.ReadTime(), read.ReadInt(),
                     read.ReadText()});
  }
}

}  // namespace dialwatch::state
