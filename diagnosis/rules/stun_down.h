#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// stun-down: no mapped address at any address of a server, three rounds running, while the network works. Where some of
// its addresses are dead and others answer it is an info, but for what stun-address-split tells.
std::vector<Finding> StunDown(const Situation& situation);

}  // namespace dialwatch::diagnosis
