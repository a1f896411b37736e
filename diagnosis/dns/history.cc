#include "diagnosis/dns/history.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace dialwatch::diagnosis {
namespace {

bool SeenEarlier(const HistoryEntry& a, const HistoryEntry& b) {
  return a.last_seen < b.last_seen;
}

// Oldest first, whichever of several servers was heard first.
bool Before(const HistoryEntry& a, const HistoryEntry& b) {
  return std::tie(a.first_seen, a.answers, a.ttl) < std::tie(b.first_seen, b.answers, b.ttl);
}

}  // namespace

NameHistory::NameHistory(std::vector<HistoryEntry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(), SeenEarlier);
  if (entries_.size() > kMaxEntries) entries_.erase(entries_.begin(), entries_.end() - kMaxEntries);
  std::sort(entries_.begin(), entries_.end(), Before);
}

bool NameHistory::Add(const std::vector<std::string>& answers, std::chrono::seconds ttl, TimePoint at) {
  for (HistoryEntry& entry : entries_) {
    const bool same = entry.ttl == ttl && entry.answers == answers;
    if (!same && !entry.replaced && entry.last_seen < at) entry.replaced = at;
  }
  for (HistoryEntry& entry : entries_) {
    if (entry.ttl != ttl || entry.answers != answers) continue;
    entry.replaced.reset();
    // a last sight in the future was written before the clock was set back
    entry.last_seen = entry.last_seen > at + std::chrono::minutes(1) ? at : std::max(entry.last_seen, at);
    return false;
  }
  if (entries_.size() == kMaxEntries) entries_.erase(std::min_element(entries_.begin(), entries_.end(), SeenEarlier));
  HistoryEntry entry{answers, ttl, at, at};
  entries_.insert(std::upper_bound(entries_.begin(), entries_.end(), entry, Before), std::move(entry));
  return true;
}

void NameHistory::ForgetBefore(TimePoint time) {
  std::erase_if(entries_, [&](const HistoryEntry& entry) { return entry.last_seen < time; });
}

TimePoint NameHistory::CachedUntil(const HistoryEntry& entry) const {
  if (entry.replaced) return *entry.replaced + entry.ttl;
  // as the store gives it back
  const auto next = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const HistoryEntry& other) { return other.first_seen > entry.last_seen; });
  return (next == entries_.end() ? entry.last_seen : next->first_seen) + entry.ttl;
}

const HistoryEntry* NameHistory::Find(const std::vector<std::string>& answers) const {
  const HistoryEntry* longest = nullptr;
  for (const HistoryEntry& entry : entries_) {
    if (entry.answers != answers) continue;
    if (longest == nullptr || CachedUntil(*longest) < CachedUntil(entry)) longest = &entry;
  }
  return longest;
}

const HistoryEntry* NameHistory::Newest() const {
  const auto newest = std::max_element(entries_.begin(), entries_.end(), SeenEarlier);
  return newest == entries_.end() ? nullptr : &*newest;
}

bool NameHistory::HadAnswers() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const HistoryEntry& entry) { return !entry.answers.empty(); });
}

std::chrono::seconds NameHistory::LongestTtl(TimePoint now) const {
  std::chrono::seconds longest{0};
  for (const HistoryEntry& entry : entries_) {
    if (!entry.answers.empty() && CachedUntil(entry) >= now) longest = std::max(longest, entry.ttl);
  }
  return longest;
}

}  // namespace dialwatch::diagnosis
