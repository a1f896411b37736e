#include "diagnosis/incidents/course.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/diagnosis/builders.h"

namespace dialwatch::diagnosis {

TEST_SUITE("diagnosis/incidents/course") {
  TEST_CASE("steps stand by time, whenever they are entered; those of one time are one") {
    Course course;
    Enter(course, {kMonday + 10s, {"d2"}, {}});
    Enter(course, {kMonday, {"d1"}, {}});
    Enter(course, {kMonday + 10s, {}, {"d1"}});
    CHECK(course == Course{{kMonday, {"d1"}, {}}, {kMonday + 10s, {"d2"}, {"d1"}}});
    CHECK(AffectedAfter(course) == std::vector<std::string>{"d2"});
  }

  TEST_CASE("of more than a hundred steps the oldest become one, which says what they come to") {
    Course course;
    Enter(course, {kMonday, {"stays"}, {}});
    for (int i = 1; i <= 300; ++i) {
      const std::vector<std::string> d1{"d1"}, none;
      Enter(course, {kMonday + seconds(i), i % 2 == 1 ? d1 : none, i % 2 == 1 ? none : d1});
    }
    REQUIRE(course.size() == kMostSteps);
    CHECK(course.front() == CourseStep{kMonday + 201s, {"d1", "stays"}, {}});
    CHECK(AffectedAfter(course) == std::vector<std::string>{"stays"});
    Enter(course, {kMonday + 301s, {"d1"}, {}});
    CHECK(course.front() == CourseStep{kMonday + 202s, {"stays"}, {}});
  }

  TEST_CASE("names are bounded too: a thousand dialers that come and go fill nothing") {
    std::vector<std::string> all;
    for (int i = 1000; i < 2000; ++i) all.push_back(fmt::format("d{}", i));
    Course course;
    for (int i = 0; i < 50; ++i) {
      const std::vector<std::string> none;
      Enter(course, {kMonday + seconds(i), i % 2 == 0 ? all : none, i % 2 == 0 ? none : all});
    }
    CHECK(course.size() <= 3);
    CHECK(AffectedAfter(course).empty());
  }

  TEST_CASE("who is missing for less than the hold has not gone") {
    Presence presence;
    CHECK(presence.See({"d1", "d2"}, kMonday) == std::vector<std::string>{"d1", "d2"});
    CHECK(presence.See({"d2"}, kMonday + 119s).empty());
    CHECK(presence.TakeGone(kMonday + 119s, 2min).empty());
    CHECK(presence.TakeGone(kMonday + 120s, 2min) == std::map<TimePoint, std::vector<std::string>>{{kMonday, {"d1"}}});
    CHECK(presence.size() == 1);
    presence.Keep(kMonday + 1h);
    CHECK(presence.TakeGone(kMonday + 1h + 119s, 2min).empty());
  }
}

}  // namespace dialwatch::diagnosis
