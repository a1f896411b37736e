#include "config/sections.h"

namespace dialwatch::config {

const std::vector<AnySection>& Sections() {
  static const std::vector<AnySection> sections = [] {
    std::vector<AnySection> all;
    for (auto* group : {DaemonSections, DnsSections, StunSections, ReceiverSections}) {
      for (AnySection& section : group()) all.push_back(std::move(section));
    }
    return all;
  }();
  return sections;
}

const std::vector<std::string_view>& LaterSections() {
  static const std::vector<std::string_view> sections{"turn", "call", "media", "discovery", "ice_config"};
  return sections;
}

}  // namespace dialwatch::config
