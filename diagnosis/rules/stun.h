#pragma once

#include "diagnosis/rules.h"

// STUN servers, and what they say our address is (RFC 8489 §3). Only samples of one round, taken from one socket, can
// be compared.
namespace dialwatch::diagnosis {

// stun-down: no mapped address, three rounds running, while the network works.
std::vector<Finding> StunDown(const Situation& situation);

// stun-mapping-split: servers see one socket at different IP addresses; only `expect_mapped` or a majority tells who is
// wrong. Where neither does, the finding names no server. A port that differs is a matter of the NAT (RFC 4787 §4.1).
std::vector<Finding> StunMappingSplit(const Situation& situation);

// stun-mapping-unexpected: an address that `expect_mapped` does not list for that family.
std::vector<Finding> StunMappingUnexpected(const Situation& situation);

}  // namespace dialwatch::diagnosis
