#include "state/archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/printable.h"
#include "state/database.h"
#include "state/schema.h"
#include "state/set_aside.h"
#include "state/slots.h"

namespace dialwatch::state {
namespace {

std::string Bounded(const std::string& text) {
  return base::Printable(text, Archive::kLongestText);
}

// The one number that it gives, or 0 where it gives none.
Result<std::int64_t> Number(Statement& statement) {
  const auto row = statement.Step();
  if (!row) return row.error();
  const std::int64_t number = *row ? statement.ReadInt() : 0;
  statement.Reset();
  return number;
}
Result<std::int64_t> Number(Statement&& statement) {
  return Number(statement);
}

}  // namespace

Archive::Archive(std::unique_ptr<Database> database) : database_(std::move(database)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::Open(const std::string& path, std::int64_t most_octets) {
  auto database = OpenOurs(path);
  if (!database) return database.error();
  Archive archive(*std::move(database));
  archive.most_octets_ = most_octets;
  return archive;
}

Result<Archive> Archive::OpenToRead(const std::string& path, std::function<bool()> enough) {
  auto database = Database::OpenToRead(path);
  if (!database) return database.error();
  (*database)->EndReadingWhen(std::move(enough));
  return Archive(*std::move(database));
}

bool Archive::damaged() const {
  return database_->damaged();
}

bool Archive::moved() const {
  return database_->moved();
}

Status Archive::SetAside(TimePoint now) {
  return state::SetAside(*database_, now);
}

Status Archive::Add(const std::vector<SampleRow>& raw) {
  if (raw.empty()) return {};
  database_->Doing("save samples");
  auto done = database_->InTransaction([&] { return Insert(raw); });
  if (!done) {  // the names may have been undone
    series_.clear();
    said_.clear();
  }
  return done;
}

Status Archive::Insert(const std::vector<SampleRow>& raw) {
  Statement insert = database_->Prepare(
      "INSERT INTO sample (resolution, slot, series, at, said, count, failures, rtt, sent, lost, ttl)"
      " VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count,"
      " failures = failures + excluded.failures, sent = sent + excluded.sent, lost = lost + excluded.lost,"
      " ttl = max(ttl, excluded.ttl)");
  TimePoint earliest = TimePoint::max();
  for (const SampleRow& row : raw) {
    const std::int64_t day = SlotOf(row.at, std::chrono::days(1));
    if (day != std::exchange(today_, day)) {
      series_.clear();
      said_.clear();
    }
    const auto series = IdOfSeries(row.series, day);
    if (!series) return series.error();
    if (!*series) continue;
    const auto said = IdOfText(row.said, day);
    if (!said) return said.error();
    constexpr Duration kSlot = SlotWidth(Resolution::kRaw);
    insert.BindAll(SlotOf(row.at, kSlot), **series, WithinSlot(row.at, kSlot), *said, row.count, row.failures, row.rtt,
                   row.sent, row.lost, row.ttl);
    if (auto done = insert.Run(); !done) return done;
    earliest = std::min(earliest, row.at);
  }
  return earliest == TimePoint::max() ? Status() : ReachBack(earliest);
}

// What has been rolled up from there on has to be so again.
Status Archive::ReachBack(TimePoint earliest) {
  Statement reach = database_->Prepare(
      "INSERT INTO rolled (resolution, until) VALUES (?, ?)"
      " ON CONFLICT DO UPDATE SET until = min(until, excluded.until)");
  for (const Resolution resolution : {Resolution::kMinute, Resolution::kHour}) {
    reach.BindAll(static_cast<std::int64_t>(resolution), Floor(earliest, WidthOf(resolution)));
    if (auto done = reach.Run(); !done) return done;
  }
  return {};
}

Result<std::optional<std::int64_t>> Archive::IdOfSeries(const SeriesName& name, std::int64_t day) {
  const std::string key = name.subject + '\n' + name.kind + '\n' + name.via;
  if (const auto known = series_.find(key); known != series_.end()) return std::optional(known->second);
  const auto count = Number(database_->Prepare("SELECT count(*) FROM series"));
  if (!count) return count.error();
  Statement insert = database_->Prepare(
      *count < kMostSeries ? "INSERT INTO series (subject, kind, via, used) VALUES (?1, ?2, ?3, ?4)"
                             " ON CONFLICT DO UPDATE SET used = max(used, excluded.used) RETURNING id"
                           : "UPDATE series SET used = max(used, ?4) WHERE subject = ?1 AND kind = ?2 AND via = ?3"
                             " RETURNING id");
  const auto id = Number(insert.BindAll(Bounded(name.subject), Bounded(name.kind), Bounded(name.via), day));
  if (!id) return id.error();
  if (*id == 0) return std::optional<std::int64_t>();
  series_.emplace(key, *id);
  return std::optional(*id);
}

Result<std::int64_t> Archive::IdOfText(std::string said, std::int64_t day) {
  said = Bounded(said);
  if (const auto known = said_.find(said); known != said_.end()) return known->second;
  const auto known = Number(database_->Prepare("SELECT id FROM said WHERE text = ?").Bind(said));
  if (!known) return known.error();
  if (*known == 0 && said != kOther) {
    const auto room = Number(
        database_->Prepare("SELECT count(*) < ? AND total(first = ?) < ? FROM said").BindAll(kMostSaid, day, kNewADay));
    if (!room) return room.error();
    if (*room == 0) return IdOfText(std::string(kOther), day);
  }
  const auto id = Number(database_
                             ->Prepare("INSERT INTO said (text, first, used) VALUES (?1, ?2, ?2)"
                                       " ON CONFLICT DO UPDATE SET used = max(used, excluded.used) RETURNING id")
                             .BindAll(said, day));
  if (!id) return id;
  said_.emplace(said, *id);
  return id;
}

Status Archive::ForgetNames(TimePoint now) {
  database_->Doing("forget old names");
  const std::int64_t before = SlotOf(now - RetentionOf(Resolution::kHour), std::chrono::days(1)) - 1;
  return database_->InTransaction([&]() -> Status {
    for (const char* sql : {"DELETE FROM series WHERE used < ?", "DELETE FROM said WHERE used < ?"}) {
      if (auto done = database_->Prepare(sql).Bind(before).Run(); !done) return done;
    }
    return {};
  });
}

std::int64_t Archive::used_octets() const {
  return *Number(
      database_->Prepare("SELECT (page_count - freelist_count) * page_size"
                         " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"));
}

Status Archive::SaveIncidents(const std::vector<PastIncident>& incidents, TimePoint now) {
  database_->Doing("save past incidents");
  return database_->InTransaction([&]() -> Status {
    Statement insert = database_->Prepare(
        "INSERT OR REPLACE INTO past (id, cause, severity, state, since, until, body) VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const PastIncident& each : incidents) {
      insert.BindAll(each.id, each.cause, each.severity, each.state, each.since, Milliseconds(each.until), each.body);
      if (auto done = insert.Run(); !done) return done;
    }
    const TimePoint before = now - kKeepPast;
    for (const auto& [sql, most] :
         {std::pair{"DELETE FROM past WHERE until < ?1 OR id IN"
                    " (SELECT id FROM past ORDER BY since DESC, id DESC LIMIT -1 OFFSET ?2)",
                    kMostPast},
          {"DELETE FROM notification WHERE ended < ?1 OR (incident, receiver, sequence) IN (SELECT incident, receiver,"
           " sequence FROM notification ORDER BY ended DESC LIMIT -1 OFFSET ?2)",
           10 * kMostPast}}) {
      if (auto done = database_->Prepare(sql).BindAll(before, most).Run(); !done) return done;
    }
    return {};
  });
}

}  // namespace dialwatch::state
