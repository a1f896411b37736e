#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;

// One answer that an authoritative server gave for a name, and when.
struct HistoryEntry {
  std::vector<std::string> answers;  // sorted; empty: the name or the type did not exist
  std::chrono::seconds ttl{};        // as the authority gave it
  TimePoint first_seen;
  TimePoint last_seen;
  std::optional<TimePoint> replaced = {};  // when another answer was first seen after that, as far as is remembered

  bool operator==(const HistoryEntry&) const = default;
};

// What the authority has said about one name and type, oldest first. At most kMaxEntries are kept: the one whose last
// sight is longest ago goes first. Value type.
class NameHistory {
 public:
  static constexpr std::size_t kMaxEntries = 64;

  NameHistory() = default;
  explicit NameHistory(std::vector<HistoryEntry> entries);

  // True where this made a new entry (and not just a later last_seen).
  bool Add(const std::vector<std::string>& answers, std::chrono::seconds ttl, TimePoint at);
  void ForgetBefore(TimePoint time);

  // The moment after which no cache that keeps to the TTL still holds `entry`, an element of entries(). The authority
  // may have gone on giving it until just before it was first seen to give another one; we do not look all the time.
  TimePoint CachedUntil(const HistoryEntry& entry) const;

  // The entry with these answers that a cache could hold the longest, or null.
  const HistoryEntry* Find(const std::vector<std::string>& answers) const;

  bool HadAnswers() const;  // the name and type existed at some time

  // The entry seen last, or null: the authority's last word.
  const HistoryEntry* Newest() const;

  // The longest TTL of all positive entries that a cache may still hold at `now`; zero where there is none.
  std::chrono::seconds LongestTtl(TimePoint now) const;

  const std::vector<HistoryEntry>& entries() const { return entries_; }
  bool operator==(const NameHistory&) const = default;

 private:
  std::vector<HistoryEntry> entries_;
};

}  // namespace dialwatch::diagnosis
