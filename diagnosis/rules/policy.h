#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// ice-server-forbidden: one finding for each host and each location that names it, since whoever wrote it there has to
// take it out there.
std::vector<Finding> IceServerForbidden(const Situation& situation);

// resolver-forbidden: whom this machine itself asks.
std::vector<Finding> ResolverForbidden(const Situation& situation);

// policy-unreadable: a policy that nothing is held against looks like one that is kept.
std::vector<Finding> PolicyUnreadable(const Situation& situation);

}  // namespace dialwatch::diagnosis
