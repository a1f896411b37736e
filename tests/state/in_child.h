#pragma once

#include <functional>
#include <string>

namespace dialwatch::state {

// Runs `work` in a child process, which may thus drop rights or mount things, and gives the text it returns. A child
// that dies gives "died: …". What cannot be prepared there, `work` returns as "SKIPPED: …".
std::string InChild(const std::function<std::string()>& work);

}  // namespace dialwatch::state
