#include <algorithm>
#include <cstdlib>
#include <span>

#include "probes/dns/edns.h"
#include "probes/dns/reader.h"

using namespace dialwatch::probes;

// The data of an OPT record as a stranger may send it (RFC 6891 §6.1.2), and what is made of it for people.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 65535) return 0;
  DnsReader reader(std::span(data, size));
  Edns edns;
  edns.options = ReadOptions(reader);

  std::size_t octets = 0, errors = 0;
  for (const EdnsOption& option : edns.options) {
    octets += 4 + option.octets.size();
    if (option.code == kOptionExtendedError && option.octets.size() >= 2) ++errors;
  }
  if (reader.ok() ? octets != size : octets > size + 4) std::abort();

  std::size_t text = 0;
  const auto extended = ExtendedErrors(edns);
  for (const ExtendedError& error : extended) text += 2 + error.text.size();
  if (extended.size() != std::min(errors, kMostExtendedErrors) || text > octets) std::abort();
  if (NsidText(edns).size() > 2 * octets) std::abort();
  return 0;
}
