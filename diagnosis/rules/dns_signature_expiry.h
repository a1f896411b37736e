#pragma once

#include "diagnosis/rules.h"

namespace dialwatch::diagnosis {

// dns-signature-expiry: signatures of a zone that end soon, have ended, or do not hold yet; a zone that is delegated as
// signed and has no key or no signatures. Looked at on the authoritative servers, since resolvers may go on with
// signatures that have ended.
std::vector<Finding> DnsSignatureExpiry(const Situation& situation);

}  // namespace dialwatch::diagnosis
