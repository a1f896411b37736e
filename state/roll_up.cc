// Archive: from samples to minutes, from minutes to hours, and what becomes too old.
#include <algorithm>
#include <utility>

#include "state/archive.h"
#include "state/database.h"
#include "state/slots.h"

namespace dialwatch::state {
namespace {

constexpr std::int64_t kDeleteRows = 5'000;  // a transaction: some 10 ms
constexpr int kDeletions = 4;                // of each resolution, a call

// Rows that are there already are replaced: whatever is rolled up twice is the same. What is rolled up is read into
// memory first, so that nobody who wants to write waits for that.
constexpr char kRollUp[] =
    "INSERT INTO temp.rolling SELECT ?1, bucket * ?2 / ?3, series, bucket * ?2 % ?3, said, sum(count), sum(failures),"
    " sum(rtt), sum(coalesce(timed, rtt IS NOT NULL)), min(coalesce(rtt_min, rtt)), max(coalesce(rtt_max, rtt)),"
    " sum(sent), sum(lost), max(ttl)"
    " FROM (SELECT *, (slot * ?5 + at) / ?2 AS bucket FROM sample WHERE resolution = ?4 AND slot BETWEEN ?6 / ?5 AND"
    " (?7 - 1) / ?5) WHERE bucket >= ?6 / ?2 AND bucket < ?7 / ?2 GROUP BY series, bucket, said";

constexpr char kMerge[] =
    "INSERT INTO sample VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8, ?8, ?10, ?11, ?12) ON CONFLICT DO UPDATE SET"
    " count = count + excluded.count, failures = failures + excluded.failures,"
    " rtt = coalesce(rtt + excluded.rtt, rtt, excluded.rtt), timed = timed + excluded.timed,"
    " rtt_min = min(coalesce(rtt_min, excluded.rtt_min), coalesce(excluded.rtt_min, rtt_min)),"
    " rtt_max = max(coalesce(rtt_max, excluded.rtt_max), coalesce(excluded.rtt_max, rtt_max)),"
    " sent = coalesce(sent + excluded.sent, sent, excluded.sent),"
    " lost = coalesce(lost + excluded.lost, lost, excluded.lost),"
    " ttl = max(coalesce(ttl, excluded.ttl), coalesce(excluded.ttl, ttl))";

constexpr std::int64_t Number(Resolution resolution) {
  return static_cast<std::int64_t>(resolution);
}

constexpr Resolution SourceOf(Resolution resolution) {
  return static_cast<Resolution>(Number(resolution) - 1);
}

constexpr char kTemporary[] =
    "CREATE TEMP TABLE IF NOT EXISTS rolling AS SELECT * FROM sample WHERE 0; DELETE FROM temp.rolling";

}  // namespace

Duration WidthOf(Resolution resolution) {
  switch (resolution) {
    case Resolution::kRaw:
      return std::chrono::milliseconds(1);
    case Resolution::kMinute:
      return std::chrono::minutes(1);
    case Resolution::kHour:
      break;
  }
  return std::chrono::hours(1);
}

Duration RetentionOf(Resolution resolution) {
  switch (resolution) {
    case Resolution::kRaw:
      return std::chrono::hours(48);
    case Resolution::kMinute:
      return std::chrono::days(30);
    case Resolution::kHour:
      break;
  }
  return std::chrono::days(365);
}

// What has been rolled up from there on has to be so again.
Status Archive::ReachBack(Resolution resolution, TimePoint earliest) {
  return database_
      ->Prepare(
          "INSERT INTO rolled (resolution, until) VALUES (?, ?)"
          " ON CONFLICT DO UPDATE SET until = min(until, excluded.until)")
      .BindAll(Number(resolution), Floor(earliest, WidthOf(resolution)))
      .Run();
}

Result<TimePoint> Archive::PrunedUntil(Resolution resolution) const {
  const auto until =
      database_->Prepare("SELECT until FROM pruned WHERE resolution = ?").Bind(Number(resolution)).RunForInt();
  if (!until) return until.error();
  return TimePoint(Duration(*until));
}

// What its minute and its hour were made of may be gone, so it is added to them.
Status Archive::AddLate(const SampleRow& row, std::int64_t series, std::int64_t said) {
  const auto pruned = PrunedUntil(Resolution::kMinute);
  if (!pruned) return pruned.error();
  if (row.at >= *pruned) {
    if (auto done = Merge(Resolution::kMinute, row, series, said); !done) return done;
  }
  const TimePoint hour = Floor(row.at, WidthOf(Resolution::kHour));
  return hour < *pruned ? Merge(Resolution::kHour, row, series, said) : ReachBack(Resolution::kHour, hour);
}

Status Archive::Merge(Resolution resolution, const SampleRow& row, std::int64_t series, std::int64_t said) {
  const Duration slot = SlotWidth(resolution);
  const TimePoint at = Floor(row.at, WidthOf(resolution));
  return database_->Prepare(kMerge)
      .BindAll(Number(resolution), SlotOf(at, slot), series, WithinSlot(at, slot), said, row.count, row.failures,
               row.rtt, std::int64_t{row.rtt ? 1 : 0}, row.sent, row.lost, row.ttl)
      .Run();
}

Status Archive::RollUp(TimePoint now) {
  database_->Doing("roll samples up");
  if (auto done = RollUpInto(Resolution::kMinute, now); !done) return done;
  return RollUpInto(Resolution::kHour, now);
}

// From where rows are on: after a pause of days there may be none for long. The end of time where there is none.
Result<TimePoint> Archive::NextToRollUp(Resolution resolution) const {
  const Resolution source = SourceOf(resolution);
  Statement next = database_->Prepare(
      "SELECT max(until, first * ?3) FROM rolled, (SELECT min(slot) AS first FROM sample WHERE resolution = ?2 AND"
      " slot >= (SELECT until FROM rolled WHERE resolution = ?1) / ?3) WHERE resolution = ?1 AND first IS NOT NULL");
  const auto found = next.BindAll(Number(resolution), Number(source), SlotWidth(source).count()).Step();
  if (!found) return found.error();
  return *found ? next.ReadTime() : TimePoint::max();
}

Status Archive::RollUpInto(Resolution resolution, TimePoint now) {
  const Resolution source = SourceOf(resolution);
  const std::int64_t width = WidthOf(resolution).count(), slot = SlotWidth(resolution).count(),
                     source_slot = SlotWidth(source).count();
  const TimePoint end = Floor(now, WidthOf(resolution));
  for (;;) {
    const auto start = NextToRollUp(resolution);
    if (!start) return start.error();
    const TimePoint from = Floor(*start, WidthOf(resolution));
    if (*start >= end) return {};
    const TimePoint to = std::min(end, from + std::chrono::hours(1));

    if (auto done = database_->Execute(kTemporary); !done) return done;
    if (auto done = database_->Prepare(kRollUp)
                        .BindAll(Number(resolution), width, slot, Number(source), source_slot, from, to)
                        .Run();
        !done)
      return done;
    auto done = database_->InTransaction([&]() -> Status {
      if (auto moved = database_->Execute("INSERT OR REPLACE INTO sample SELECT * FROM temp.rolling"); !moved)
        return moved;
      return database_->Prepare("UPDATE rolled SET until = ? WHERE resolution = ?")
          .BindAll(to, Number(resolution))
          .Run();
    });
    if (!done) return done;
  }
}

Status Archive::Prune(TimePoint now) {
  database_->Doing("forget old samples");
  constexpr double kShrink = 0.98, kLeast = 0.01, kCalm = 0.9;
  const auto octets = UsedOctets();
  if (!octets) return octets.error();
  const auto most = static_cast<double>(most_octets_), used = static_cast<double>(*octets);
  bool done = true;
  for (const Resolution resolution : kResolutions) {
    const auto each = DeleteOldest(resolution, now);
    if (!each) return each.error();
    done = done && *each;
  }
  if (!done) return {};  // what is to go by now comes first
  if (used > most) share_ = std::max(kLeast, share_ * kShrink);
  if (used < kCalm * most) share_ = std::min(1.0, share_ / kShrink);
  const std::int64_t day = SlotOf(now, std::chrono::days(1));
  if (day == std::exchange(forgotten_on_, day)) return {};
  return ForgetNames(now);  // no row has them any more
}

// Gives whether nothing is left to delete. The front of the table, up to the series at which there are enough rows: in
// the order in which they lie.
Result<bool> Archive::DeleteOldest(Resolution resolution, TimePoint now) {
  const std::int64_t number = Number(resolution);
  const auto age = std::chrono::duration_cast<Duration>(RetentionOf(resolution) * share_);
  const std::int64_t before = SlotOf(now - age, SlotWidth(resolution));
  for (int i = 0; i < kDeletions; ++i) {
    Statement oldest = database_->Prepare(
        "SELECT slot, (SELECT series FROM sample WHERE resolution = ?1 AND slot = first.slot ORDER BY series"
        " LIMIT 1 OFFSET ?3) FROM (SELECT min(slot) AS slot FROM sample WHERE resolution = ?1 AND slot < ?2) AS first"
        " WHERE slot IS NOT NULL");
    const auto found = oldest.BindAll(number, before, kDeleteRows).Step();
    if (!found) return found.error();
    if (!*found) return true;
    const std::int64_t slot = oldest.ReadInt();
    const auto series = oldest.ReadOptional();
    if (auto done = oldest.Run(); !done) return done.error();
    const auto done = database_->InTransaction([&]() -> Status {
      auto noted = database_
                       ->Prepare(
                           "INSERT INTO pruned (resolution, until) VALUES (?, ?)"
                           " ON CONFLICT DO UPDATE SET until = max(until, excluded.until)")
                       .BindAll(number, (slot + 1) * SlotWidth(resolution).count())
                       .Run();
      if (!noted) return noted;
      return database_->Prepare("DELETE FROM sample WHERE resolution = ? AND slot = ? AND series <= ?")
          .BindAll(number, slot, series.value_or(INT64_MAX))
          .Run();
    });
    if (!done) return done.error();
  }
  return false;
}

}  // namespace dialwatch::state
