#include "probes/dns/edns.h"

#include <fmt/format.h>

#include <algorithm>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMostNsid = 128;  // octets

}  // namespace

std::vector<EdnsOption> ReadOptions(DnsReader& reader) {
  std::vector<EdnsOption> options;
  while (reader.ok() && reader.left() > 0) {
    EdnsOption option;
    option.code = reader.Word("an EDNS option has no code");
    const std::size_t length = reader.Word("an EDNS option has no length");
    const auto octets = reader.Octets(length, "an EDNS option runs past the end of its record");
    option.octets.assign(octets.begin(), octets.end());
    options.push_back(std::move(option));
  }
  return options;
}

std::string NsidText(const Edns& edns) {
  const auto nsid = std::find_if(edns.options.begin(), edns.options.end(),
                                 [](const EdnsOption& option) { return option.code == kOptionNsid; });
  if (nsid == edns.options.end()) return {};
  std::string octets = nsid->octets.substr(0, kMostNsid);
  if (std::all_of(octets.begin(), octets.end(), [](char c) { return c >= ' ' && c <= '~'; })) return octets;
  std::string hex;
  for (const char c : octets) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return hex;
}

std::vector<ExtendedError> ExtendedErrors(const Edns& edns) {
  std::vector<ExtendedError> errors;
  for (const EdnsOption& option : edns.options) {
    if (option.code != kOptionExtendedError || option.octets.size() < 2) continue;
    if (errors.size() == kMostExtendedErrors) break;
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(option.octets[i]); };
    std::string text = option.octets.substr(2);
    if (text.ends_with('\0')) text.pop_back();  // RFC 8914 §2: the text may be null terminated
    errors.push_back({static_cast<std::uint16_t>(octet(0) << 8 | octet(1)), std::move(text)});
  }
  return errors;
}

}  // namespace dialwatch::probes
