#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// call-signalling: a dialer that is called does not answer, or does not end a call, as it should, two calls running,
// while the network works. A warning where it is only our own account, or its password's file, that is wrong.
std::vector<Finding> CallSignalling(const Situation& situation);

}  // namespace dialwatch::diagnosis
