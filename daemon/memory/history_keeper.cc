#include "daemon/memory/history_keeper.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <sstream>
#include <utility>
#include <vector>

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

void Append(const diagnosis::NameHistory& later, diagnosis::NameHistory& history) {
  std::multimap<base::TimePoint, const HistoryEntry*> sights;
  for (const HistoryEntry& entry : later.entries()) {
    sights.emplace(entry.first_seen, &entry);
    sights.emplace(entry.last_seen, &entry);
  }
  for (const auto& [at, entry] : sights) history.Add(entry->answers, entry->ttl, at);
}

}  // namespace

void Restore(const std::vector<HistoryRow>& rows, diagnosis::Picture& picture, base::Duration retention,
             base::TimePoint now) {
  std::map<NameKey, std::vector<HistoryEntry>> names;
  for (const HistoryRow& row : rows) {
    if (row.last_seen + retention < now) continue;
    names[{row.host, static_cast<probes::RecordType>(row.type)}].push_back(ToEntry(row));
  }
  for (auto& [name, entries] : names) {
    diagnosis::NameHistory history(std::move(entries));
    if (const diagnosis::NameView* view = picture.Find(name)) Append(view->history, history);
    picture.Restore(name, std::move(history));
  }
}

std::vector<HistoryRow> HistoryKeeper::Take(diagnosis::Picture& picture, base::TimePoint now, bool all) {
  const bool refresh = all || now < last_refresh_ || now >= last_refresh_ + kRefresh;
  const auto changed = picture.TakeChangedHistories();
  std::vector<HistoryRow> rows;
  const auto add = [&](const NameKey& name, const diagnosis::NameView& view) {
    for (const HistoryEntry& entry : view.history.entries()) rows.push_back(ToRow(name, entry));
  };
  if (refresh) {
    last_refresh_ = now;
    for (const auto& [name, view] : picture.names()) add(name, view);
  } else {
    for (const NameKey& name : changed) {
      if (const diagnosis::NameView* view = picture.Find(name)) add(name, *view);
    }
  }
  return rows;
}

}  // namespace dialwatch::daemon
