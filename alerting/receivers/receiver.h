#pragma once

#include <span>
#include <string>
#include <string_view>

#include "alerting/message.h"

namespace dialwatch::alerting {

// One kind of receiver: how a message looks on its wire, which is a JSON body POSTed to the receiver's URL. A new kind
// is a file of its own and a line in kinds.cc. The functions are pure.
struct Kind {
  std::string_view name;  // of [[receiver]] kind
  Duration interval;      // the least time between two messages to one receiver
  std::string (*render)(const Message& message);
  std::string (*shorten)(const std::string& payload);  // for one that was refused as it was; a short one stays as it is
};

std::span<const Kind> Kinds();

// Null where there is no such kind.
const Kind* FindKind(std::string_view name);

}  // namespace dialwatch::alerting
