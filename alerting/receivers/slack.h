#pragma once

#include <string>

#include "alerting/message.h"

namespace dialwatch::alerting {

// Slack's incoming webhooks take one message a second (https://api.slack.com/apis/rate-limits).
constexpr Duration kSlackInterval = std::chrono::seconds(1);

// The message in Block Kit, within Slack's limits: 50 blocks, 150 characters in a header, 3,000 in a section, about
// 10,000 in all. What strangers wrote can neither mention anyone, nor make a link, nor leave its block.
std::string RenderSlack(const Message& message);

// The same message as plain text only.
std::string ShortenSlack(const std::string& payload);

}  // namespace dialwatch::alerting
