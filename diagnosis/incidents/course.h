#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/natural_order.h"
#include "base/time.h"

// Who is affected by an incident, over time.
namespace dialwatch::diagnosis {

using base::Duration;
using base::TimePoint;

// A change of who is affected.
struct CourseStep {
  TimePoint at;
  std::vector<std::string> came, went;  // dialer names, in natural order

  bool operator==(const CourseStep&) const = default;
};
using Course = std::vector<CourseStep>;  // by time, no two of one time

// Beyond these the two oldest steps become one, of the later's time, which has what they come to.
constexpr std::size_t kMostSteps = 100;
constexpr std::size_t kMostNamesInCourse = 2000;

void Enter(Course& course, CourseStep step);

// The clock was set back to `now`: what lies ahead of it was just now.
void Rewind(Course& course, TimePoint now);

// Who is affected at the end of it.
std::vector<std::string> AffectedAfter(const Course& course);

// The names that are there now. One that is missing for less than `hold` has not gone. Thread safety: none.
class Presence {
 public:
  Presence() = default;
  Presence(const std::vector<std::string>& names, TimePoint last);

  // These are there; gives those that had not been.
  std::vector<std::string> See(const std::vector<std::string>& names, TimePoint now);

  // All that were there still are, as far as is known.
  void Keep(TimePoint now);

  // The clock was set back to `now`: nobody was there later.
  void Rewind(TimePoint now);

  // Those that have been missing for `hold`, by when they were last there.
  std::map<TimePoint, std::vector<std::string>> TakeGone(TimePoint now, Duration hold);

  std::size_t size() const { return last_seen_.size(); }

 private:
  std::map<std::string, TimePoint, base::NaturalOrder> last_seen_;
};

}  // namespace dialwatch::diagnosis
