#include "config/sections.h"

namespace dialwatch::config {

const std::vector<AnySection>& Sections() {
  static const std::vector<AnySection> kSections = [] {
    std::vector<AnySection> all;  // a section may look at those before it
    for (auto* group : {DaemonSections, MediaSections, DnsSections, CallSections, DiscoverySections, StunSections,
                        TurnSections, IceConfigSections, ReceiverSections}) {
      for (AnySection& section : group()) all.push_back(std::move(section));
    }
    return all;
  }();
  return kSections;
}

}  // namespace dialwatch::config
