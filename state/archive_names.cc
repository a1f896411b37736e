// Archive: names and texts, each of which is kept once.
#include "base/printable.h"
#include "state/archive.h"
#include "state/database.h"
#include "state/slots.h"

namespace dialwatch::state {
namespace {

std::string Bounded(const std::string& text) {
  return base::Printable(text, Archive::kLongestText);
}

}  // namespace

Result<std::optional<std::int64_t>> Archive::IdOfSeries(const SeriesName& name, std::int64_t day) {
  const std::string key = name.subject + '\n' + name.kind + '\n' + name.via;
  if (const auto known = series_.find(key); known != series_.end()) return std::optional(known->second);
  const auto count = database_->Prepare("SELECT count(*) FROM series").RunForInt();
  if (!count) return count.error();
  Statement insert = database_->Prepare(
      *count < kMostSeries ? "INSERT INTO series (subject, kind, via, used) VALUES (?1, ?2, ?3, ?4)"
                             " ON CONFLICT DO UPDATE SET used = max(used, excluded.used) RETURNING id"
                           : "UPDATE series SET used = max(used, ?4) WHERE subject = ?1 AND kind = ?2 AND via = ?3"
                             " RETURNING id");
  const auto id = insert.BindAll(Bounded(name.subject), Bounded(name.kind), Bounded(name.via), day).RunForInt();
  if (!id) return id.error();
  if (*id == 0) return std::optional<std::int64_t>();
  series_.emplace(key, *id);
  return std::optional(*id);
}

Result<std::int64_t> Archive::IdOfText(std::string said, std::int64_t day) {
  said = Bounded(said);
  if (const auto known = said_.find(said); known != said_.end()) return known->second;
  const auto known = database_->Prepare("SELECT id FROM said WHERE text = ?").Bind(said).RunForInt();
  if (!known) return known.error();
  if (*known == 0 && said != kOther) {
    const auto room = database_->Prepare("SELECT count(*) < ? AND total(first = ?) < ? FROM said")
                          .BindAll(kMostSaid, day, kNewADay)
                          .RunForInt();
    if (!room) return room.error();
    if (*room == 0) return IdOfText(std::string(kOther), day);
  }
  const auto id = database_
                      ->Prepare(
                          "INSERT INTO said (text, first, used) VALUES (?1, ?2, ?2)"
                          " ON CONFLICT DO UPDATE SET used = max(used, excluded.used) RETURNING id")
                      .BindAll(said, day)
                      .RunForInt();
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

}  // namespace dialwatch::state
