#include "tests/probes/dns/octets.h"

#include <cctype>
#include <charconv>
#include <string>

#include "base/ip_address.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kHeader = 12;

std::size_t QuestionEnd(const Octets& query) {
  std::size_t at = kHeader;
  while (query.at(at) != 0) at += query[at] + 1U;
  return at + 5;
}

Octets RecordBody(base::RecordType type, std::uint32_t ttl, const Octets& data) {
  return Word(static_cast<unsigned>(type)) + Word(1) + Word(ttl >> 16) + Word(ttl & 0xFFFF) +
         Word(static_cast<unsigned>(data.size())) + data;
}

}  // namespace

Octets FromHex(std::string_view annotated) {
  std::string digits;
  bool note = false;
  for (const char c : annotated) {
    if (c == ';') note = true;
    if (c == '\n') note = false;
    if (!note && std::isxdigit(static_cast<unsigned char>(c)) != 0) digits += c;
  }
  Octets octets(digits.size() / 2);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, octets[i], 16);
  }
  return octets;
}

Octets operator+(Octets left, const Octets& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Octets Word(unsigned value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xFF)};
}

Octets Record(base::RecordType type, std::uint32_t ttl, const Octets& data) {
  return Word(0xC00C) + RecordBody(type, ttl, data);
}

Octets Record(std::string_view owner, base::RecordType type, std::uint32_t ttl, const Octets& data) {
  return Name(owner) + RecordBody(type, ttl, data);
}

Octets ARecord(std::uint32_t ttl, std::string_view address) {
  const auto parsed = *base::IpAddress::Parse(address);
  return Record(base::RecordType::kA, ttl, Octets(parsed.octets(), parsed.octets() + 4));
}

Octets Name(std::string_view name) {
  Octets wire;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    wire.push_back(static_cast<std::uint8_t>(label.size()));
    wire.insert(wire.end(), label.begin(), label.end());
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  wire.push_back(0);
  return wire;
}

Octets Opt(const Octets& options, unsigned extended_rcode) {
  return Octets{0} + Word(41) + Word(1232) + Word(extended_rcode << 8) + Word(0) +
         Word(static_cast<unsigned>(options.size())) + options;
}

Octets Option(unsigned code, std::string_view data) {
  return Word(code) + Word(static_cast<unsigned>(data.size())) + Octets(data.begin(), data.end());
}

Octets ReplyTo(const Octets& query, const ReplyParts& parts) {
  const unsigned flags = 0x8000U | (parts.authoritative ? 0x0400U : 0U) | (parts.truncated ? 0x0200U : 0U) |
                         (query.at(2) & 1U ? 0x0100U : 0U) | 0x0080U | static_cast<unsigned>(parts.rcode);
  Octets reply = parts.id ? Word(*parts.id) : Octets{query.at(0), query.at(1)};
  reply = reply + Word(flags) + Word(parts.question ? 1 : 0);
  for (const auto* section : {&parts.answers, &parts.authority, &parts.additional}) {
    reply = reply + Word(static_cast<unsigned>(section->size()));
  }
  if (parts.question)
    reply.insert(reply.end(), query.begin() + kHeader, query.begin() + static_cast<std::ptrdiff_t>(QuestionEnd(query)));
  for (const auto* section : {&parts.answers, &parts.authority, &parts.additional}) {
    for (const Octets& record : *section) reply = reply + record;
  }
  return reply;
}

std::string QuestionName(const Octets& query) {
  std::string name;
  for (std::size_t at = kHeader; query.at(at) != 0; at += query[at] + 1U) {
    if (!name.empty()) name += '.';
    name.append(query.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                query.begin() + static_cast<std::ptrdiff_t>(at) + 1 + query[at]);
  }
  return name;
}

base::RecordType QuestionType(const Octets& query) {
  const std::size_t end = QuestionEnd(query);
  return static_cast<base::RecordType>(query.at(end - 4) << 8 | query.at(end - 3));
}

}  // namespace dialwatch::probes
