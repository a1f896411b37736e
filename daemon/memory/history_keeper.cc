#include "daemon/memory/history_keeper.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "base/log.h"

namespace dialwatch::daemon {
namespace {

using diagnosis::HistoryEntry;
using diagnosis::NameKey;
using state::HistoryRow;

HistoryRow ToRow(const NameKey& name, const HistoryEntry& entry) {
  return {name.first,
          static_cast<std::uint16_t>(name.second),
          fmt::format("{}", fmt::join(entry.answers, "\n")),
          entry.ttl.count(),
          entry.first_seen,
          entry.last_seen};
}

HistoryEntry ToEntry(const HistoryRow& row) {
  HistoryEntry entry{{}, std::chrono::seconds(row.ttl), row.first_seen, row.last_seen};
  std::istringstream lines(row.answers);
  for (std::string line; std::getline(lines, line);) entry.answers.push_back(line);
  return entry;
}

}  // namespace

HistoryKeeper::HistoryKeeper(std::string path, base::Duration retention)
    : path_(std::move(path)), retention_(retention) {}

bool HistoryKeeper::Open(base::TimePoint now) {
  if (store_) return true;
  if (path_.empty() || now < next_try_) return false;
  auto opened = state::Store::Open(path_);
  if (!opened) {
    Fail(opened.error(), now);
    return false;
  }
  store_ = std::move(*opened);
  return true;
}

// Said once, not at every try.
void HistoryKeeper::Fail(const base::Error& error, base::TimePoint now) {
  if (!std::exchange(degraded_, true)) base::LogError("state: {}; going on from memory", error.what);
  store_.reset();
  next_try_ = now + kRetry;
}

void HistoryKeeper::RestoreInto(diagnosis::Picture& picture, base::TimePoint now) {
  if (!Open(now)) return;
  const auto rows = store_->LoadHistory();
  if (!rows) return Fail(rows.error(), now);
  std::map<NameKey, std::vector<HistoryEntry>> names;
  for (const HistoryRow& row : *rows) {
    if (row.last_seen + retention_ < now) continue;
    names[{row.host, static_cast<probes::RecordType>(row.type)}].push_back(ToEntry(row));
  }
  for (auto& [name, entries] : names) picture.Restore(name, diagnosis::NameHistory(std::move(entries)));
  next_refresh_ = now + kRefresh;
}

void HistoryKeeper::Save(diagnosis::Picture& picture, base::TimePoint now, bool all) {
  const bool refresh = all || degraded_ || now >= next_refresh_;
  const auto changed = picture.TakeChangedHistories();
  std::vector<HistoryRow> rows;
  const auto add = [&](const NameKey& name, const diagnosis::NameView& view) {
    for (const HistoryEntry& entry : view.history.entries()) rows.push_back(ToRow(name, entry));
  };
  if (refresh) {
    for (const auto& [name, view] : picture.names()) add(name, view);
  } else {
    for (const NameKey& name : changed) {
      if (const diagnosis::NameView* view = picture.Find(name)) add(name, *view);
    }
  }
  if (rows.empty() || !Open(now)) return;
  base::Status saved = store_->SaveHistory(rows);
  if (saved && refresh) saved = store_->ForgetHistory(now - retention_, diagnosis::NameHistory::kMaxEntries);
  if (!saved) return Fail(saved.error(), now);
  if (std::exchange(degraded_, false)) base::LogInfo("state: {} can be written again", path_);
  if (refresh) next_refresh_ = now + kRefresh;
}

}  // namespace dialwatch::daemon
