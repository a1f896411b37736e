#pragma once

#include <vector>

#include "config/section.h"

namespace dialwatch::config {

// One function a file section_*.cc.
std::vector<AnySection> DaemonSections();     // probing, policy, vantage, state, exporter, alerting
std::vector<AnySection> MediaSections();      // media
std::vector<AnySection> DnsSections();        // resolver, authority, dialer
std::vector<AnySection> CallSections();       // call
std::vector<AnySection> DiscoverySections();  // discovery
std::vector<AnySection> StunSections();       // stun
std::vector<AnySection> TurnSections();       // turn
std::vector<AnySection> IceConfigSections();  // ice_config
std::vector<AnySection> ReceiverSections();   // receiver

// All of them, in the order in which they are read and written: a section may look at those before it.
const std::vector<AnySection>& Sections();

}  // namespace dialwatch::config
