#include "reflector/counters.h"

#include <fmt/format.h>

#include "base/names.h"

namespace dialwatch::reflector {

std::optional<std::string> DescribeSince(const Counters& before, const Counters& now) {
  if (now == before) return std::nullopt;
  std::string text = fmt::format("{} datagrams: {} echoed, {} bindings answered", now.received - before.received,
                                 now.echoed - before.echoed, now.bindings - before.bindings);
  if (now.unsent != before.unsent) text += fmt::format(", {} replies not sent", now.unsent - before.unsent);
  for (std::size_t i = 0; i < kDrops; ++i) {
    const auto dropped = now.dropped[i] - before.dropped[i];
    if (dropped != 0) text += fmt::format(", {} dropped: {}", dropped, base::NameOf(static_cast<Drop>(i)));
  }
  return text;
}

}  // namespace dialwatch::reflector
