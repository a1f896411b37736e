#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "diagnosis/snapshot.h"

// What stands in the row of one vantage point. Pure functions.
namespace dialwatch::daemon {

// The TTL that the authority gives with an answer: the highest of its servers'; nothing where none answers.
std::optional<std::chrono::seconds> TtlGiven(const diagnosis::Snapshot& snapshot, const probes::DnsSample& sample);

// What is left of it, of a denial that of its SOA (RFC 2308 §5): "243/300 s", "300 s" where nothing is given.
std::string TtlText(const probes::DnsSample& sample, std::optional<std::chrono::seconds> given);

std::string RttText(const probes::DnsSample& sample);  // "12.3 ms"

// The NSID of the very reply, else what that address says of itself.
std::string SiteText(const diagnosis::Snapshot& snapshot, const probes::DnsSample& sample);

// Addresses are parted by a space, and a dialer's own are never cut.
std::string AnswerCell(const probes::DnsSample& sample);

// The names that the chain leads over: "pool.example.com (60 s)".
std::vector<std::string> AliasesOf(const probes::DnsSample& sample);

// What the reply says of itself, and what those say that were asked for to confirm it. Aliases are told of the
// authority, and where they are not `usual`.
std::string NoteText(const diagnosis::Judgement& judgement, const probes::DnsSample* usual);

}  // namespace dialwatch::daemon
