#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// rtp-unreachable: nothing comes back from an address that callers are meant to go to, three trains running, while the
// network works; or the keys cannot be read, so that nothing is tested.
std::vector<Finding> RtpUnreachable(const Situation& situation);

}  // namespace dialwatch::diagnosis
