#pragma once

#include <string>

#include "alerting/message.h"

namespace dialwatch::alerting {

// The message as a person reads it where there is nothing but lines of text, each ended by a newline.
std::string RenderPlain(const Message& message);

}  // namespace dialwatch::alerting
