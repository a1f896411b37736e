#include "state/archive.h"

#include <algorithm>
#include <utility>

#include "state/database.h"
#include "state/schema.h"
#include "state/set_aside.h"
#include "state/slots.h"

namespace dialwatch::state {

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
  if (!done) ForgetIds();  // the names may have been undone
  return done;
}

Status Archive::Insert(const std::vector<SampleRow>& raw) {
  Statement insert = database_->Prepare(
      "INSERT INTO sample (resolution, slot, series, at, said, count, failures, rtt, sent, lost, ttl)"
      " VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count,"
      " failures = failures + excluded.failures, sent = sent + excluded.sent, lost = lost + excluded.lost,"
      " ttl = max(ttl, excluded.ttl)");
  const auto pruned = PrunedUntil(Resolution::kRaw);
  if (!pruned) return pruned.error();
  TimePoint earliest = TimePoint::max();
  for (const SampleRow& row : raw) {
    const std::int64_t day = SlotOf(row.at, std::chrono::days(1));
    if (day != std::exchange(today_, day)) ForgetIds();
    const auto series = IdOfSeries(row.series, day);
    if (!series) return series.error();
    if (!*series) continue;
    const auto said = IdOfText(row.said, day);
    if (!said) return said.error();
    if (row.at < *pruned) {
      if (auto done = AddLate(row, **series, *said); !done) return done;
      continue;
    }
    constexpr Duration kSlot = SlotWidth(Resolution::kRaw);
    insert.BindAll(SlotOf(row.at, kSlot), **series, WithinSlot(row.at, kSlot), *said, row.count, row.failures, row.rtt,
                   row.sent, row.lost, row.ttl);
    if (auto done = insert.Run(); !done) return done;
    earliest = std::min(earliest, row.at);
  }
  if (earliest == TimePoint::max()) return {};
  const auto done = ReachBack(Resolution::kMinute, earliest);
  return done ? ReachBack(Resolution::kHour, earliest) : done;
}

Result<std::int64_t> Archive::UsedOctets() const {
  return database_
      ->Prepare(
          "SELECT (page_count - freelist_count) * page_size"
          " FROM pragma_page_count, pragma_freelist_count, pragma_page_size")
      .RunForInt();
}

Status Archive::SaveIncidents(const std::vector<PastIncident>& incidents) {
  database_->Doing("save past incidents");
  return database_->InTransaction([&]() -> Status {
    Statement insert = database_->Prepare(
        "INSERT OR REPLACE INTO past (id, cause, severity, state, since, until, body) VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const PastIncident& each : incidents) {
      insert.BindAll(each.id, each.cause, each.severity, each.state, each.since, Milliseconds(each.until), each.body);
      if (auto done = insert.Run(); !done) return done;
    }
    return {};
  });
}

Status Archive::ForgetIncidents(TimePoint now) {
  database_->Doing("forget past incidents");
  return database_->InTransaction([&]() -> Status {
    for (const auto& [sql, most] :
         {std::pair{"DELETE FROM past WHERE until < ?1 OR id IN"
                    " (SELECT id FROM past ORDER BY since DESC, id DESC LIMIT -1 OFFSET ?2)",
                    kMostPast},
          {"DELETE FROM notification WHERE ended < ?1 OR (incident, receiver, sequence) IN (SELECT incident, receiver,"
           " sequence FROM notification ORDER BY ended DESC LIMIT -1 OFFSET ?2)",
           10 * kMostPast}}) {
      if (auto done = database_->Prepare(sql).BindAll(now - kKeepPast, most).Run(); !done) return done;
    }
    return {};
  });
}

}  // namespace dialwatch::state
