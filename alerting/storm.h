#pragma once

#include <vector>

#include "alerting/telling.h"

namespace dialwatch::alerting {

// More incidents than this that a receiver would first be told of within a minute are a storm: they reach it in one
// message, worst first. Five can be read one by one on a phone.
constexpr std::size_t kStormFew = 5;
constexpr Duration kStormWindow = std::chrono::minutes(1);

// What is new in a storm, and what is over, is told after this much time in one further message, and at once where it
// is critical and of a cause that the storm has not named, where it got worse, or where all is over.
constexpr Duration kStormPace = std::chrono::minutes(1);

// A storm to which nothing was added for so long, and whose messages have gone out, takes no more in: what comes then
// has a message of its own. Those it has are told with it to their end.
constexpr Duration kStormQuiet = std::chrono::minutes(5);

// Tells the receiver what is due to it of storms; gives whether incidents of which it knows nothing have to wait, since
// a storm will tell them.
bool TellStorms(std::vector<Telling>& all, const config::Receiver& receiver, const Outbox& outbox,
                const config::Settings& settings, TimePoint now);

}  // namespace dialwatch::alerting
