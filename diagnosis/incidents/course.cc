#include "diagnosis/incidents/course.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace dialwatch::diagnosis {
namespace {

using Names = std::vector<std::string>;

Names Union(const Names& a, const Names& b) {
  Names all;
  std::ranges::set_union(a, b, std::back_inserter(all), base::NaturalLess);
  return all;
}

Names Without(const Names& a, const Names& b) {
  Names rest;
  std::ranges::set_difference(a, b, std::back_inserter(rest), base::NaturalLess);
  return rest;
}

// What two steps come to: who comes and goes between has done neither.
CourseStep Merged(const CourseStep& first, const CourseStep& then) {
  return {then.at, Union(Without(first.came, then.went), Without(then.came, first.went)),
          Union(Without(first.went, then.came), Without(then.went, first.came))};
}

std::size_t NamesIn(const Course& course) {
  std::size_t names = 0;
  for (const CourseStep& step : course) names += step.came.size() + step.went.size();
  return names;
}

}  // namespace

void Enter(Course& course, CourseStep step) {
  const auto place = std::ranges::lower_bound(course, step.at, {}, &CourseStep::at);
  if (place != course.end() && place->at == step.at) {
    *place = {step.at, Union(place->came, step.came), Union(place->went, step.went)};
  } else {
    course.insert(place, std::move(step));
  }
  while (course.size() > 1 && (course.size() > kMostSteps || NamesIn(course) > kMostNamesInCourse)) {
    course[1] = Merged(course[0], course[1]);
    course.erase(course.begin());
  }
}

void Rewind(Course& course, TimePoint now) {
  while (!course.empty() && course.back().at > now) {
    const std::size_t last = course.size() - 1;
    if (last > 0 && course[last - 1].at >= now) {
      course[last - 1] = Merged(course[last - 1], course[last]);
      course.pop_back();
    } else {
      course.back().at = now;
    }
  }
}

Names AffectedAfter(const Course& course) {
  std::set<std::string, base::NaturalOrder> names;
  for (const CourseStep& step : course) {
    names.insert(step.came.begin(), step.came.end());
    for (const std::string& name : step.went) names.erase(name);
  }
  return {names.begin(), names.end()};
}

Presence::Presence(const Names& names, TimePoint last) {
  for (const std::string& name : names) last_seen_.emplace(name, last);
}

Names Presence::See(const Names& names, TimePoint now) {
  Names came;
  for (const std::string& name : names) {
    if (last_seen_.insert_or_assign(name, now).second) came.push_back(name);
  }
  return came;
}

void Presence::Keep(TimePoint now) {
  for (auto& [name, last] : last_seen_) last = now;
}

void Presence::Rewind(TimePoint now) {
  for (auto& [name, last] : last_seen_) last = std::min(last, now);
}

std::map<TimePoint, Names> Presence::TakeGone(TimePoint now, Duration hold) {
  std::map<TimePoint, Names> gone;
  for (auto next = last_seen_.begin(); next != last_seen_.end();) {
    const auto each = next++;
    if (each->second >= now || now - each->second < hold) continue;
    gone[each->second].push_back(each->first);
    last_seen_.erase(each);
  }
  return gone;
}

}  // namespace dialwatch::diagnosis
