#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "diagnosis/rules.h"

// The links of an answer, from the name that was asked for over its aliases to an address, as the authority gives them.
namespace dialwatch::diagnosis {

// Something that an authoritative server says, an alias that leads out of its zone included.
bool IsWord(const Judgement& judgement);

// Not a signature: that has the TTL of what it signs (RFC 4034 §3).
bool IsLink(const probes::DnsRecord& record);

// "d1.example.com CNAME"
std::string LinkText(const probes::DnsRecord& link);

// How many aliases there are; none where the judgement is not about a word.
std::size_t AliasesOf(const Judgement& judgement);

// "d1.example.com → pool.example.net → d1.example.com" where the aliases come back to a name that was there already.
std::optional<std::string> CircleIn(const Judgement& judgement);

// Without a summary; about the dialer and the zone whose server it is.
Finding FindingOn(const config::Dialer& dialer, const Judgement& judgement);

}  // namespace dialwatch::diagnosis
