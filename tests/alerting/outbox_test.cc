#include "alerting/outbox.h"

#include <doctest/doctest.h>

#include "tests/alerting/fixtures.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

OutboxRow Row(const std::string& incident, std::int64_t sequence, TimePoint due = At(0)) {
  return {.receiver = "oncall",
          .incident = incident,
          .sequence = sequence,
          .payload = "text",
          .created = At(0),
          .due = due};
}

std::string Head(const Outbox& outbox, TimePoint now) {
  const OutboxRow* row = outbox.NextDue("oncall", now);
  return row == nullptr ? "none" : row->incident + "/" + std::to_string(row->sequence);
}

}  // namespace

TEST_SUITE("alerting/outbox") {
  TEST_CASE("messages about one incident leave in the order in which they came") {
    Outbox outbox;
    outbox.Add(Row("i1", 1, At(60)));
    outbox.Add(Row("i1", 2, At(0)));
    CHECK(Head(outbox, At(10)) == "none");
    CHECK(Head(outbox, At(60)) == "i1/1");
    outbox.Remove(Row("i1", 1));
    CHECK(Head(outbox, At(10)) == "i1/2");
  }

  TEST_CASE("a message that waits holds up no other incident's") {
    Outbox outbox;
    outbox.Add(Row("i1", 1, At(60)));
    outbox.Add(Row("i2", 1, At(5)));
    CHECK(Head(outbox, At(10)) == "i2/1");
    CHECK(outbox.NextDueAt("oncall", At(0)) == At(5));
  }

  TEST_CASE("the one that has been due for longest is next") {
    Outbox outbox;
    outbox.Add(Row("i1", 1, At(5)));
    outbox.Add(Row("i2", 1, At(3)));
    CHECK(Head(outbox, At(10)) == "i2/1");
  }

  TEST_CASE("while a message is in flight nothing else about its incident is due") {
    Outbox outbox;
    outbox.Add(Row("i1", 1));
    outbox.Add(Row("i1", 2));
    outbox.MarkInFlight(Row("i1", 1), true);
    CHECK(Head(outbox, At(10)) == "none");
    CHECK_FALSE(outbox.NextDueAt("oncall", At(10)));
    outbox.MarkInFlight(Row("i1", 1), false);
    CHECK(Head(outbox, At(10)) == "i1/1");
  }

  TEST_CASE("another receiver's messages are not this one's") {
    Outbox outbox;
    OutboxRow other = Row("i1", 1);
    other.receiver = "oncall2";
    outbox.Add(other);
    CHECK(Head(outbox, At(10)) == "none");
  }

  TEST_CASE("a message is there once, however often it is added") {
    Outbox outbox;
    outbox.Add(Row("i1", 1));
    outbox.Add(Row("i1", 1));
    outbox.Remove(Row("i1", 1));
    CHECK(outbox.queues().empty());
  }

  TEST_CASE("a clock that was set back by a day does not put messages off by a day") {
    Outbox outbox;
    outbox.Add(Row("i1", 1, At(86'400)));
    CHECK(Head(outbox, At(0)) == "i1/1");
    outbox.Replace(Row("i1", 1, At(3600)));
    CHECK(Head(outbox, At(0)) == "none");
  }
}

}  // namespace dialwatch::alerting
