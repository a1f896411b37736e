#pragma once

#include <cstddef>
#include <vector>

#include "diagnosis/evidence.h"

// What the audio of calls adds to what trains have told.
namespace dialwatch::diagnosis {

// A dialer that `findings` tell of gets a row of evidence more, any other a finding of its own: the dialer talks, but
// not with our audio, two calls running.
void AddDeafCalls(const Situation& situation, const std::vector<DialerCase>& dialers, std::vector<Finding>& findings);

// So too: our audio comes back, but badly, three calls running.
void AddPoorCalls(const Situation& situation, const std::vector<DialerCase>& dialers, std::vector<Finding>& findings);

// Dialers whose audio is tested, by trains or by calls.
std::size_t CountTested(const Situation& situation, const std::vector<DialerCase>& dialers);

}  // namespace dialwatch::diagnosis
