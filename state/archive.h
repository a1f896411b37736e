#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "state/store.h"

namespace dialwatch::state {

// Raw rows are samples; the others hold all of their minute or hour.
enum class Resolution : std::uint8_t { kRaw, kMinute, kHour };
inline constexpr std::array kResolutions{Resolution::kRaw, Resolution::kMinute, Resolution::kHour};

Duration WidthOf(Resolution resolution);      // what a row stands for; of kRaw a millisecond
Duration RetentionOf(Resolution resolution);  // how long rows are kept: 48 h, 30 days, a year

// What was measured: of a dialer or a server, how, through whom.
struct SeriesName {
  std::string subject;
  std::string kind;
  std::string via;
  auto operator<=>(const SeriesName&) const = default;
};

// What came at a time, or in a minute or an hour: one row for each thing that was said, so that an answer that was
// wrong for a moment still shows after a year.
struct SampleRow {
  SeriesName series = {};
  TimePoint at{};         // of the sample; else when the minute or the hour begins
  std::string said = {};  // the answer, or the outcome
  std::int64_t count = 1;
  std::int64_t failures = 0;
  std::optional<std::int64_t> rtt_min = {}, rtt = {}, rtt_max = {};  // microseconds; `rtt` is the mean
  std::optional<std::int64_t> sent = {}, lost = {};                  // packets
  std::optional<std::int64_t> ttl = {};                              // seconds; the longest
  bool operator==(const SampleRow&) const = default;
};

// An incident with all that was known of it last. `body` is JSON, which is not looked into here.
struct PastIncident {
  std::string id, cause, severity, state;
  TimePoint since{};
  std::optional<TimePoint> until = {};  // empty: it has not ended
  std::string body;
  bool operator==(const PastIncident&) const = default;
};

// Where a page of rows goes on.
struct SamplePlace {
  TimePoint at{};
  std::int64_t series = 0, said = 0;
  bool operator==(const SamplePlace&) const = default;
};

struct SampleQuery {
  std::vector<std::string> subjects = {};
  std::vector<std::string> kinds = {};  // those that begin with one of these
  Resolution resolution = Resolution::kRaw;
  TimePoint from = {}, to = {};  // `to` itself is not in it
  std::optional<SamplePlace> after = {};
  std::size_t most = 1000;
};
struct SamplePage {
  std::vector<SampleRow> rows;  // by time
  std::optional<SamplePlace> next;
};

struct IncidentQuery {
  std::optional<TimePoint> from = {}, to = {};                  // those that stood at some time between
  std::string state = {};                                       // empty: any
  std::optional<std::pair<TimePoint, std::string>> after = {};  // since and id of the last one of a page
  std::size_t most = 100;
};

// The memory for people: samples, rolled up, and past incidents. A file that Store has, too. Every call that writes
// happens whole or not at all. Bounded by age, and in octets: where they are exceeded, all ages shrink by the same
// share, so that the oldest goes first. Thread safety: none; each thread opens its own.
class Archive {
 public:
  static constexpr std::int64_t kMostSeries = 100'000;  // rows of others are not kept
  static constexpr std::int64_t kMostSaid = 100'000;    // texts, and kNewADay of them in a day; what else is said
  static constexpr std::int64_t kNewADay = 5'000;       // becomes kOther, since strangers may say what they like
  static constexpr std::string_view kOther = "(something else)";
  static constexpr std::size_t kLongestText = 300;   // octets of a name or of what was said
  static constexpr std::int64_t kMostPast = 20'000;  // incidents, and ten times as many notifications
  static constexpr Duration kKeepPast = std::chrono::hours(24 * 365);

  // `most_octets`: of the file, as far as samples can be blamed for it.
  static Result<Archive> Open(const std::string& path, std::int64_t most_octets);
  // For reading beside the one that writes; a read ends with an error when `enough` says so.
  static Result<Archive> OpenToRead(const std::string& path, std::function<bool()> enough);
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive();

  Status Add(const std::vector<SampleRow>& raw);
  // Brings minutes and hours up to `now`, in transactions of an hour at most. Doing it again changes nothing.
  Status RollUp(TimePoint now);
  // Deletes a few slots of what is too old or too much; to be called again and again.
  Status Prune(TimePoint now);
  Status SaveIncidents(const std::vector<PastIncident>& incidents);
  // Deletes incidents and notifications that are too old or too many.
  Status ForgetIncidents(TimePoint now);

  Result<SamplePage> ReadSamples(const SampleQuery& query) const;
  Result<bool> Remembers(const std::string& subject) const;
  Result<std::vector<PastIncident>> ReadIncidents(const IncidentQuery& query) const;  // newest first
  Result<std::optional<PastIncident>> ReadIncident(const std::string& id) const;
  // Those that stand, or ended since then; the oldest first. What alerting has told the end of has ended, even if the
  // process did before that was saved here.
  Result<std::vector<PastIncident>> ReadUnfinished(TimePoint ended_since) const;
  Result<std::vector<Notification>> ReadNotifications(const std::string& incident) const;

  Result<std::int64_t> UsedOctets() const;  // of the file; what was deleted is not in it
  double share() const { return share_; }   // of the ages up to which rows are kept

  bool damaged() const;
  bool moved() const;
  Status SetAside(TimePoint now);  // it is damaged, as we or others have found

 private:
  using Ids = std::unordered_map<std::string, std::int64_t>;

  explicit Archive(std::unique_ptr<Database> database);
  Result<std::optional<std::int64_t>> IdOfSeries(const SeriesName& name, std::int64_t day);
  Result<std::int64_t> IdOfText(std::string said, std::int64_t day);
  Status Insert(const std::vector<SampleRow>& raw);
  Status ReachBack(Resolution resolution, TimePoint earliest);
  Result<TimePoint> PrunedUntil(Resolution resolution) const;
  Status AddLate(const SampleRow& row, std::int64_t series, std::int64_t said);
  Status Merge(Resolution resolution, const SampleRow& row, std::int64_t series, std::int64_t said);
  Result<TimePoint> NextToRollUp(Resolution resolution) const;
  Status RollUpInto(Resolution resolution, TimePoint now);
  Result<bool> DeleteOldest(Resolution resolution, TimePoint now);
  Status CountNames(std::int64_t day);
  void ForgetIds();
  Status ForgetNames(TimePoint now);

  std::unique_ptr<Database> database_;
  std::int64_t most_octets_ = 0;
  double share_ = 1;
  std::int64_t forgotten_on_ = 0;  // the day of the last ForgetNames
  std::int64_t today_ = 0;         // of the names below, in days since 1970
  Ids series_, said_;              // those in use today; an error empties them
  struct Counts {
    std::int64_t series = 0, said = 0, new_today = 0;
  };
  std::optional<Counts> counts_;  // of the tables, with the names
};

}  // namespace dialwatch::state
