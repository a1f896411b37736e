#include <algorithm>
#include <array>

#include "alerting/receivers/receiver.h"
#include "alerting/receivers/slack.h"

namespace dialwatch::alerting {

std::span<const Kind> Kinds() {
  static constexpr std::array kKinds{
      Kind{"slack", kSlackInterval, RenderSlack, ShortenSlack},
  };
  return kKinds;
}

const Kind* FindKind(std::string_view name) {
  const auto kinds = Kinds();
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& entry) { return entry.name == name; });
  return kind == kinds.end() ? nullptr : &*kind;
}

}  // namespace dialwatch::alerting
