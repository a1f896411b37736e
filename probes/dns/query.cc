#include "probes/dns/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "base/random.h"
#include "probes/dns/edns.h"

namespace dialwatch::probes {
namespace {

constexpr std::uint16_t kRecursionDesired = 0x0100;  // RFC 1035 §4.1.1
constexpr std::uint16_t kCheckingDisabled = 0x0010;  // RFC 4035 §3.2.2
constexpr std::uint16_t kDnssecOk = 0x8000;          // RFC 3225 §3
constexpr std::uint8_t kQr = 0x80;                   // in the third octet
constexpr std::size_t kMaxLabel = 63;                // RFC 1035 §2.3.4
constexpr std::size_t kMaxName = 255;

struct Writer {
  DnsQuery& query;

  void Octet(std::size_t value) { query.octets[query.size++] = static_cast<std::uint8_t>(value); }
  void Word(std::uint16_t value) {
    Octet(value >> 8);
    Octet(value & 0xFFU);
  }
};

// Null where the name can be written.
const char* WriteName(Writer writer, std::string_view host) {
  if (host.size() > kMaxName - 2) return "it is longer than 253 characters";
  while (!host.empty()) {
    const std::string_view label = host.substr(0, host.find('.'));
    if (label.empty()) return "a label is empty";
    if (label.size() > kMaxLabel) return "a label is longer than 63 characters";
    writer.Octet(label.size());
    for (const char c : label) writer.Octet(static_cast<unsigned char>(c));
    host.remove_prefix(std::min(label.size() + 1, host.size()));
  }
  writer.Octet(0);
  return nullptr;
}

void WriteOptions(Writer writer, bool padded) {
  constexpr std::size_t kHeader = 4;  // code and length
  const std::size_t open = (writer.query.size + 2 + 2 * kHeader) % DnsQuery::kPadding;
  const auto padding = static_cast<std::uint16_t>((DnsQuery::kPadding - open) % DnsQuery::kPadding);
  writer.Word(static_cast<std::uint16_t>(padded ? 2 * kHeader + padding : kHeader));
  writer.Word(kOptionNsid);
  writer.Word(0);
  if (!padded) return;
  writer.Word(kOptionPadding);
  writer.Word(padding);
  for (std::uint16_t i = 0; i < padding; ++i) writer.Octet(0);  // RFC 7830 §3
}

std::uint8_t Lower(std::uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + 32) : octet;
}

}  // namespace

base::Result<DnsQuery> MakeQuery(std::string_view host, base::RecordType type, DnsQueryOptions options) {
  DnsQuery query;
  Writer writer{query};
  writer.Word(0);
  writer.Word(static_cast<std::uint16_t>((options.recursion_desired ? kRecursionDesired : 0) |
                                         (options.checking_disabled ? kCheckingDisabled : 0)));
  for (const bool one : {true, false, false, options.edns}) writer.Word(one ? 1 : 0);  // records a section
  if (const char* why = WriteName(writer, host)) {
    return base::Error{fmt::format("\"{}\" cannot be asked for: {}", base::Printable(host, 300), why)};
  }
  writer.Word(static_cast<std::uint16_t>(type));
  writer.Word(static_cast<std::uint16_t>(options.record_class));
  query.question_end = query.size;
  if (options.edns) {
    writer.Octet(0);  // the root
    writer.Word(static_cast<std::uint16_t>(base::RecordType::kOpt));
    writer.Word(kUdpSize);
    writer.Word(0);  // rcode, version
    writer.Word(options.dnssec_ok ? kDnssecOk : 0);
    WriteOptions(writer, options.padded);
  }
  return query;
}

void SetRandomId(DnsQuery& query) {
  base::RandomBytes(query.octets.data(), 2);
}

Match MatchReply(const DnsQuery& query, std::span<const std::uint8_t> reply) {
  constexpr std::size_t kHeader = DnsQuery::kHeaderSize;
  if (reply.size() < kHeader || (reply[2] & kQr) == 0) return Match::kForged;
  if (reply[0] != query.octets[0] || reply[1] != query.octets[1]) return Match::kForged;
  const int questions = reply[4] << 8 | reply[5];
  if (questions == 0) return Match::kYes;
  if (questions != 1 || reply.size() < query.question_end) return Match::kForged;
  const auto* asked = query.octets.data();
  const bool same =
      std::equal(asked + kHeader, asked + query.question_end - 4, reply.data() + kHeader,
                 [](std::uint8_t a, std::uint8_t b) { return Lower(a) == Lower(b); }) &&
      std::equal(asked + query.question_end - 4, asked + query.question_end, reply.data() + query.question_end - 4);
  return same ? Match::kYes : Match::kForged;
}

}  // namespace dialwatch::probes
