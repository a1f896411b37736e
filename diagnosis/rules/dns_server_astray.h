#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// Part of dns-authority-split: where trains show that one server of a zone leads callers to where the dialer is not,
// and another one to where it is, the one is named, with the dialers that it hits; however new the change is. Then,
// dialer by dialer, whom copies of its answers lead there still, once the servers agree.
std::vector<Finding> ServersAstray(const Situation& situation);

}  // namespace dialwatch::diagnosis
