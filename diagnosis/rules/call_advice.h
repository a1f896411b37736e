#pragma once

#include <string>
#include <vector>

#include "diagnosis/media/call_view.h"

namespace dialwatch::diagnosis {

// First actions where calls fail. `media_flows`: the dialer's reflector echoes meanwhile.
std::vector<std::string> AdviseOnSignalling(const EchoCallSample& sample, bool media_flows);

// First actions where calls are answered, and none of our audio comes back.
std::vector<std::string> AdviseOnMuteCall(const EchoCallSample& sample, bool media_flows);

}  // namespace dialwatch::diagnosis
