#include "probes/dns/dnssec_data.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "base/record_type.h"
#include "probes/dns/name.h"
#include "probes/dns/octet_text.h"

namespace dialwatch::probes {
namespace {

// RFC 4034 §3.2: YYYYMMDDHHmmSS
void AppendTime(std::uint32_t time, std::string& out) {
  using namespace std::chrono;
  const sys_seconds at{seconds(time)};
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss clock(at - day);
  fmt::format_to(std::back_inserter(out), "{:04}{:02}{:02}{:02}{:02}{:02} ", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                 clock.minutes().count(), clock.seconds().count());
}

void AppendNumbers(DnsReader& reader, const char* what, std::string& out) {
  const unsigned word = reader.Word(what), first = reader.Octet(what), second = reader.Octet(what);
  fmt::format_to(std::back_inserter(out), "{} {} {} ", word, first, second);
}

}  // namespace

void AppendDnskey(DnsReader& reader, std::string& out) {
  AppendNumbers(reader, "a DNSKEY record is cut short", out);  // flags, protocol, algorithm
  AppendBase64(reader.Octets(reader.left(), ""), out);
}

void AppendRrsig(DnsReader& reader, std::string& out) {
  constexpr const char* kShort = "an RRSIG record is cut short";
  out += base::FormatRecordType(static_cast<base::RecordType>(reader.Word(kShort)));
  const unsigned algorithm = reader.Octet(kShort), labels = reader.Octet(kShort);
  fmt::format_to(std::back_inserter(out), " {} {} {} ", algorithm, labels, reader.Long(kShort));  // original TTL
  AppendTime(reader.Long(kShort), out);                                                           // expiration
  AppendTime(reader.Long(kShort), out);                                                           // inception
  fmt::format_to(std::back_inserter(out), "{} ", reader.Word(kShort));                            // key tag
  AppendNameOrDot(reader, out);
  out += ' ';
  AppendBase64(reader.Octets(reader.left(), ""), out);
}

void AppendDs(DnsReader& reader, std::string& out) {
  AppendNumbers(reader, "a DS record is cut short", out);  // key tag, algorithm, digest type
  for (const unsigned octet : reader.Octets(reader.left(), "")) {
    fmt::format_to(std::back_inserter(out), "{:02x}", octet);
  }
}

}  // namespace dialwatch::probes
