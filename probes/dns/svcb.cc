#include "probes/dns/svcb.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "probes/dns/name.h"
#include "probes/dns/octet_text.h"

namespace dialwatch::probes {
namespace {

using Octets = std::span<const std::uint8_t>;

// RFC 9460 §14.3.2; dohpath is RFC 9461 §5.
enum Key : unsigned { kMandatory, kAlpn, kNoDefaultAlpn, kPort, kIpv4Hint, kEch, kIpv6Hint, kDohPath };
constexpr std::array<std::string_view, 8> kNames{"mandatory", "alpn", "no-default-alpn", "port",
                                                 "ipv4hint",  "ech",  "ipv6hint",        "dohpath"};

void AppendKey(unsigned key, std::string& out) {
  if (key < kNames.size()) {
    out += kNames[key];
  } else {
    fmt::format_to(std::back_inserter(out), "key{}", key);
  }
}

unsigned WordAt(Octets octets, std::size_t at) {
  return static_cast<unsigned>(octets[at] << 8 | octets[at + 1]);
}

// RFC 9460 §8: at least one key, in ascending order, and not "mandatory" itself.
bool AppendMandatory(Octets value, std::string& out) {
  if (value.empty() || value.size() % 2 != 0) return false;
  unsigned last = kMandatory;
  for (std::size_t i = 0; i < value.size(); i += 2) {
    const unsigned key = WordAt(value, i);
    if (key <= last) return false;
    if (i > 0) out += ',';
    AppendKey(key, out);
    last = key;
  }
  return true;
}

// RFC 9460 §7.1.1 and Appendix A.1: commas and backslashes inside of an ID are escaped once for the list, and then with
// everything else for the zone file.
bool AppendAlpn(Octets value, std::string& out) {
  std::vector<std::uint8_t> list;
  while (!value.empty()) {
    const std::size_t length = value[0];
    if (length == 0 || length >= value.size()) return false;
    if (!list.empty()) list.push_back(',');
    for (const std::uint8_t octet : value.subspan(1, length)) {
      if (octet == ',' || octet == '\\') list.push_back('\\');
      list.push_back(octet);
    }
    value = value.subspan(1 + length);
  }
  AppendEscaped(list, out);
  return !list.empty();
}

// RFC 9460 §7.3: at least one address.
bool AppendHints(Octets value, std::size_t size, std::string& out) {
  if (value.empty() || value.size() % size != 0) return false;
  for (std::size_t i = 0; i < value.size(); i += size) {
    const std::uint8_t* address = &value[i];
    if (i > 0) out += ',';
    out += (size == 4 ? base::IpAddress::V4(address) : base::IpAddress::V6(address)).ToString();
  }
  return true;
}

// Whether the value has the form that its key wants.
bool AppendValue(unsigned key, Octets value, std::string& out) {
  switch (key) {
    case kMandatory:
      return AppendMandatory(value, out);
    case kAlpn:
      return AppendAlpn(value, out);
    case kNoDefaultAlpn:  // §7.1.1: empty
      return value.empty();
    case kPort:  // §7.2
      if (value.size() == 2) out += std::to_string(WordAt(value, 0));
      return value.size() == 2;
    case kIpv4Hint:
      return AppendHints(value, 4, out);
    case kEch:  // RFC 9848 §4: base64 of an ECHConfigList
      AppendBase64(value, out);
      return !value.empty();
    case kIpv6Hint:
      return AppendHints(value, 16, out);
    default:
      AppendEscaped(value, out);
      return true;
  }
}

void AppendParameter(DnsReader& reader, unsigned key, std::string& out) {
  const std::size_t length = reader.Word("a service parameter is cut short"), at = reader.at();
  const Octets octets = reader.Octets(length, "a service parameter runs past the end of its record");
  std::string value;
  if (!AppendValue(key, octets, value)) return reader.Fail(at, "a service parameter has a value in the wrong form");
  out += ' ';
  AppendKey(key, out);
  if (value.empty()) return;
  const bool quoted = value.find_first_of(" ();\"") != std::string::npos;
  out += quoted ? "=\"" : "=";
  out += value;
  if (quoted) out += '"';
}

}  // namespace

void AppendSvcb(DnsReader& reader, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{} ", reader.Word("a number is cut short"));
  AppendNameOrDot(reader, out);
  for (int last = -1; reader.ok() && reader.left() > 0;) {
    const std::size_t at = reader.at();
    const int key = reader.Word("a service parameter is cut short");
    if (key <= last) return reader.Fail(at, "a service parameter stands behind one with a higher key");
    AppendParameter(reader, static_cast<unsigned>(key), out);
    last = key;
  }
}

}  // namespace dialwatch::probes
