#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/record_type.h"

namespace dialwatch::probes {

using Octets = std::vector<std::uint8_t>;

// Hex digits to octets; white space and all from a ';' to the end of its line are notes.
Octets FromHex(std::string_view annotated);

Octets operator+(Octets left, const Octets& right);
Octets Word(unsigned value);

// A record whose owner is the question's name (a pointer to octet 12).
Octets Record(base::RecordType type, std::uint32_t ttl, const Octets& data);
Octets ARecord(std::uint32_t ttl, std::string_view address);
// A name as it goes on the wire, without escapes or compression.
Octets Name(std::string_view name);
// The same with an owner of its own, and names as data.
Octets Record(std::string_view owner, base::RecordType type, std::uint32_t ttl, const Octets& data);
// An OPT record; `options` as they go on the wire.
Octets Opt(const Octets& options, unsigned extended_rcode = 0);
Octets Option(unsigned code, std::string_view data);

struct ReplyParts {
  int rcode = 0;
  std::vector<Octets> answers{};
  std::vector<Octets> authority{};
  std::vector<Octets> additional{};
  bool truncated = false;
  bool authoritative = false;
  bool question = true;
  std::optional<unsigned> id{};  // the query's own
};
// The reply to a query, which it takes the ID, RD and question from.
Octets ReplyTo(const Octets& query, const ReplyParts& parts);

// What a query asks.
std::string QuestionName(const Octets& query);
base::RecordType QuestionType(const Octets& query);

}  // namespace dialwatch::probes
