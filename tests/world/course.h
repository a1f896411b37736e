#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/time.h"

namespace dialwatch::world {

using base::Duration, base::TimePoint;

// At which moments something holds.
using When = std::function<bool(TimePoint)>;

inline When From(TimePoint begin) {
  return [=](TimePoint at) { return at >= begin; };
}

inline When Between(TimePoint begin, TimePoint end) {
  return [=](TimePoint at) { return at >= begin && at < end; };
}

// From `begin` to `end` again and again: `on` long it holds, then `off` long it does not.
inline When Flapping(TimePoint begin, TimePoint end, Duration on, Duration off) {
  return [=](TimePoint at) { return at >= begin && at < end && (at - begin) % (on + off) < on; };
}

// What something is like over time: as usual, but where something else was set. What was set later wins.
template <typename T>
class Course {
 public:
  Course(T usual) : usual_(std::move(usual)) {}  // implicit, as a plain value is a course, too

  Course& Set(When when, T value) {
    changes_.emplace_back(std::move(when), std::move(value));
    return *this;
  }

  const T& At(TimePoint at) const {
    for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
      if (change->first(at)) return change->second;
    }
    return usual_;
  }

 private:
  T usual_;
  std::vector<std::pair<When, T>> changes_;
};

}  // namespace dialwatch::world
