#pragma once

#include "diagnosis/rules.h"

// Relays, and whether a call could lean on them (RFC 8656).
namespace dialwatch::diagnosis {

// turn-down: no allocation, three turns running, while the network works: silence, a refused connection, a certificate
// that does not stand, a server that has no room or another error.
std::vector<Finding> TurnDown(const Situation& situation);

// turn-auth: our credentials are refused twice running, or cannot be read.
std::vector<Finding> TurnAuth(const Situation& situation);

// turn-relay-broken: it allocates, and then twice running nothing flows or a later step fails; or callers get an
// address from it that is not expected, or that nobody outside can reach; or dialers cannot be heard through it that
// can be heard directly.
std::vector<Finding> TurnRelayBroken(const Situation& situation);

// turn-cert-expiry: the certificate that it shows ends within two weeks.
std::vector<Finding> TurnCertExpiry(const Situation& situation);

// What to do about a turn that did not end in kRelayed; the first thing first, never empty.
std::vector<std::string> AdviseOn(const probes::TurnSample& sample);

}  // namespace dialwatch::diagnosis
