#include "base/record_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/printable.h"

namespace dialwatch::base {
namespace {

constexpr std::array<std::pair<RecordType, std::string_view>, 15> kNames{{
    {RecordType::kA, "A"},
    {RecordType::kNs, "NS"},
    {RecordType::kCname, "CNAME"},
    {RecordType::kSoa, "SOA"},
    {RecordType::kPtr, "PTR"},
    {RecordType::kMx, "MX"},
    {RecordType::kTxt, "TXT"},
    {RecordType::kAaaa, "AAAA"},
    {RecordType::kSrv, "SRV"},
    {RecordType::kOpt, "OPT"},
    {RecordType::kDs, "DS"},
    {RecordType::kRrsig, "RRSIG"},
    {RecordType::kDnskey, "DNSKEY"},
    {RecordType::kSvcb, "SVCB"},
    {RecordType::kHttps, "HTTPS"},
}};

}  // namespace

std::string FormatRecordType(RecordType type) {
  for (const auto& [known, name] : kNames) {
    if (known == type) return std::string(name);
  }
  return fmt::format("TYPE{}", static_cast<unsigned>(type));
}

Result<RecordType> ParseRecordType(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  for (const auto& [type, name] : kNames) {
    if (name == upper) return type;
  }
  std::uint16_t number = 0;
  if (upper.starts_with("TYPE")) {
    const auto [end, failed] = std::from_chars(upper.data() + 4, upper.data() + upper.size(), number);
    if (failed == std::errc{} && end == upper.data() + upper.size()) return static_cast<RecordType>(number);
  }
  return Error{fmt::format("\"{}\" is not a DNS record type", Printable(text, 60))};
}

}  // namespace dialwatch::base
