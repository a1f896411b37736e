#pragma once

#include <string>

namespace dialwatch::demo {

// What a person reads of a Slack message (block kit JSON), as plain lines. Throws std::exception where it is none.
std::string SlackText(const std::string& payload);

}  // namespace dialwatch::demo
