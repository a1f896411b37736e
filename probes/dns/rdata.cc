#include "probes/dns/rdata.h"

#include <charconv>

#include "base/ip_address.h"
#include "probes/dns/dnssec_data.h"
#include "probes/dns/name.h"
#include "probes/dns/octet_text.h"
#include "probes/dns/svcb.h"

namespace dialwatch::probes {
namespace {

using base::RecordType;

constexpr std::uint16_t kClassIn = 1;  // RFC 1035 §3.2.4

void AppendNumber(std::uint32_t number, std::string& out) {
  char text[10];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  out.append(text, static_cast<std::size_t>(end - text));
}

void AppendWord(DnsReader& reader, std::string& out) {
  AppendNumber(reader.Word("a number is cut short"), out);
  out += ' ';
}

void AppendV4(DnsReader& reader, std::string& out) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out += '.';
    AppendNumber(reader.Octet("an IPv4 address has less than 4 octets"), out);
  }
}

void AppendV6(DnsReader& reader, std::string& out) {
  const auto octets = reader.Octets(16, "an IPv6 address has less than 16 octets");
  if (!octets.empty()) out += base::IpAddress::V6(octets.data()).ToString();
}

// RFC 1035 §3.3.13
void AppendSoa(DnsReader& reader, std::string& out) {
  AppendNameOrDot(reader, out);
  out += ' ';
  AppendNameOrDot(reader, out);
  for (int i = 0; i < 5; ++i) {
    out += ' ';
    AppendNumber(reader.Long("a SOA record is cut short"), out);
  }
}

// One <character-string> (RFC 1035 §3.3) in quotes.
void AppendString(DnsReader& reader, std::string& out) {
  const auto octets = reader.Octets(reader.Octet("a text has no length"), "a text runs past the end of its record");
  out += '"';
  AppendEscaped(octets, out);
  out += '"';
}

void AppendTxt(DnsReader& reader, std::string& out) {
  do {
    if (!out.empty()) out += ' ';
    AppendString(reader, out);
  } while (reader.ok() && reader.left() > 0);
}

void AppendUnknown(DnsReader& reader, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto octets = reader.Octets(reader.left(), "");
  out += "\\# ";
  AppendNumber(static_cast<std::uint32_t>(octets.size()), out);
  if (!octets.empty()) out += ' ';
  for (const unsigned octet : octets) out += {kHex[octet >> 4], kHex[octet & 15]};
}

}  // namespace

void AppendData(DnsReader& reader, RecordType type, std::uint16_t record_class, std::string& out) {
  const bool in = record_class == kClassIn;
  switch (type) {
    case RecordType::kA:
      return in ? AppendV4(reader, out) : AppendUnknown(reader, out);
    case RecordType::kAaaa:
      return in ? AppendV6(reader, out) : AppendUnknown(reader, out);
    case RecordType::kNs:
    case RecordType::kCname:
    case RecordType::kPtr:
      return AppendNameOrDot(reader, out);
    case RecordType::kMx:
      AppendWord(reader, out);
      return AppendNameOrDot(reader, out);
    case RecordType::kSrv:  // RFC 2782: priority, weight, port, target
      for (int i = 0; i < 3; ++i) AppendWord(reader, out);
      return AppendNameOrDot(reader, out);
    case RecordType::kSoa:
      return AppendSoa(reader, out);
    case RecordType::kTxt:
      return AppendTxt(reader, out);
    case RecordType::kDs:
      return AppendDs(reader, out);
    case RecordType::kRrsig:
      return AppendRrsig(reader, out);
    case RecordType::kDnskey:
      return AppendDnskey(reader, out);
    case RecordType::kSvcb:
    case RecordType::kHttps:
      return in ? AppendSvcb(reader, out) : AppendUnknown(reader, out);
    default:
      return AppendUnknown(reader, out);
  }
}

}  // namespace dialwatch::probes
