#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "probes/dns/sample.h"

// What one DNS sample amounts to, before it is held against anything.
namespace dialwatch::diagnosis {

using probes::DnsSample;

// No reply that is of use: none at all, an unreadable one, or an rcode other than NOERROR and NXDOMAIN.
bool Fails(const DnsSample& sample);

// Not even a sign of life: a timeout, or unreachable.
bool IsSilent(const DnsSample& sample);

// NOERROR with a record of the type asked for.
bool HasAnswer(const DnsSample& sample);

// An authoritative server's own word on the name: AA is set, and the answer is there or is denied. A CNAME that leads
// out of the server's zone is neither.
bool IsAuthoritative(const DnsSample& sample);

// The data of all answers of the type asked for, sorted: what two samples are compared by. Of a stranger's list the
// first kMostAnswers count.
constexpr std::size_t kMostAnswers = 64;
std::vector<std::string> AnswersOf(const DnsSample& sample);

// The SOA record that comes with a denial (RFC 2308 §2), or null.
const probes::DnsRecord* SoaOf(const DnsSample& sample);

// How long a cache keeps this reply: the lowest TTL of its answers, or of the SOA where it is negative (RFC 2308 §5).
std::chrono::seconds CopyTtl(const DnsSample& sample);

// "198.51.100.11", "198.51.100.11, 198.51.100.12", "NXDOMAIN", "NODATA", "timeout".
std::string AnswerText(const DnsSample& sample);
std::string AnswerText(const std::vector<std::string>& answers);

}  // namespace dialwatch::diagnosis
