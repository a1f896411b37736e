#pragma once

#include "probes/turn/session.h"

namespace dialwatch::probes::test {

// Runs one turn to its end.
TurnSample RunSession(EventLoop& loop, TurnRoute route, const TurnCredentials& credentials,
                      base::Duration deadline = std::chrono::seconds(8));

}  // namespace dialwatch::probes::test
