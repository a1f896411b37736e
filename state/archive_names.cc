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
  const std::string subject = Bounded(name.subject), kind = Bounded(name.kind), via = Bounded(name.via);
  auto id =
      database_
          ->Prepare("UPDATE series SET used = max(used, ?) WHERE subject = ? AND kind = ? AND via = ? RETURNING id")
          .BindAll(day, subject, kind, via)
          .RunForInt();
  if (!id) return id.error();
  if (*id == 0) {
    if (auto counted = CountNames(day); !counted) return counted.error();
    if (counts_->series >= kMostSeries) return std::optional<std::int64_t>();
    ++counts_->series;
    id = database_->Prepare("INSERT INTO series (subject, kind, via, used) VALUES (?, ?, ?, ?) RETURNING id")
             .BindAll(subject, kind, via, day)
             .RunForInt();
    if (!id) return id.error();
  }
  series_.emplace(key, *id);
  return std::optional(*id);
}

Result<std::int64_t> Archive::IdOfText(std::string said, std::int64_t day) {
  said = Bounded(said);
  if (const auto known = said_.find(said); known != said_.end()) return known->second;
  auto known = database_->Prepare("SELECT id FROM said WHERE text = ?").Bind(said).RunForInt();
  if (!known) return known.error();
  if (*known == 0 && said != kOther) {
    if (auto counted = CountNames(day); !counted) return counted.error();
    if (counts_->said >= kMostSaid || counts_->new_today >= kNewADay) return IdOfText(std::string(kOther), day);
    ++counts_->said;
    ++counts_->new_today;
  }
  auto id = database_
                ->Prepare(
                    "INSERT INTO said (text, first, used) VALUES (?1, ?2, ?2)"
                    " ON CONFLICT DO UPDATE SET used = max(used, excluded.used) RETURNING id")
                .BindAll(said, day)
                .RunForInt();
  if (!id) return id;
  said_.emplace(said, *id);
  return id;
}

// Once a day, since that looks at all of them: a resolver with a new answer each time must not hold others up.
Status Archive::CountNames(std::int64_t day) {
  if (counts_) return {};
  Counts counts;
  Statement count = database_->Prepare("SELECT (SELECT count(*) FROM series), count(*), total(first = ?) FROM said");
  const auto row = count.Bind(day).Step();
  if (!row) return row.error();
  counts.series = count.ReadInt();
  counts.said = count.ReadInt();
  counts.new_today = count.ReadInt();
  counts_ = counts;
  return {};
}

void Archive::ForgetIds() {
  series_.clear();
  said_.clear();
  counts_.reset();
}

Status Archive::ForgetNames(TimePoint now) {
  database_->Doing("forget old names");
  ForgetIds();
  const std::int64_t before = SlotOf(now - RetentionOf(Resolution::kHour), std::chrono::days(1)) - 1;
  return database_->InTransaction([&]() -> Status {
    for (const char* sql : {"DELETE FROM series WHERE used < ?", "DELETE FROM said WHERE used < ?"}) {
      if (auto done = database_->Prepare(sql).Bind(before).Run(); !done) return done;
    }
    return {};
  });
}

}  // namespace dialwatch::state
