#pragma once

#include <chrono>

#include "tests/replay/watch.h"

// What is asked of every story, by doctest.
namespace dialwatch::replay {

// A copy that has ended is filled when it is asked for next, with the jitter of turns.
inline constexpr Duration kRefill = std::chrono::seconds(31);
// Two addresses are asked in turn, and the one that was not asked still stands as it was.
inline constexpr Duration kTurns = 2 * kRefill;
inline constexpr Duration kTtlSlack = std::chrono::seconds(2);

// Who is said to be wrong is wrong, and who is wrong is said to be, but for what an interval hides. `slip`: how much
// later than the model's the copies may have been filled by then.
void CheckAffected(const Story& story, const Watched& watched, Duration slip);

// An incident of this cause at google is there so soon after the first wrong answer that any probe had, and the message
// once it has stood for as long as it must.
void CheckNamedInTime(const Watched& watched, const std::string& cause, Duration within = std::chrono::seconds(60));

}  // namespace dialwatch::replay
