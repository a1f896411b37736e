#include "probes/dns/name.h"

#include <array>
#include <cstring>

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxName = 255;      // RFC 1035 §2.3.4, with the root's octet
constexpr unsigned kPointer = 0xC0;        // RFC 1035 §4.1.4: the two top bits
constexpr unsigned kMaxLabel = 63;         // RFC 1035 §2.3.4
constexpr std::size_t kHeaderLength = 12;  // RFC 1035 §4.1.1

// A label's octet in lower case, or 0 where it has to be escaped.
constexpr auto kText = [] {
  std::array<char, 256> text{};
  for (unsigned char c = '0'; c <= '9'; ++c) text[c] = static_cast<char>(c);
  for (unsigned char c = 'a'; c <= 'z'; ++c) text[c] = text[c - 32U] = static_cast<char>(c);
  text['-'] = '-';
  text['_'] = '_';
  return text;
}();

char* WriteLabel(const std::uint8_t* label, std::size_t length, char* out) {
  for (std::size_t i = 0; i < length; ++i) {
    const unsigned octet = label[i];
    if (kText[octet] != 0) {
      *out++ = kText[octet];
      continue;
    }
    *out++ = '\\';
    *out++ = static_cast<char>('0' + octet / 100);
    *out++ = static_cast<char>('0' + octet / 10 % 10);
    *out++ = static_cast<char>('0' + octet % 10);
  }
  return out;
}

}  // namespace

void AppendName(DnsReader& reader, std::string& out) {
  const auto message = reader.message();
  std::array<char, 4 * kMaxName> text;  // every octet escaped, and the dots in place of the length octets
  char* end = text.data();
  std::size_t at = reader.at();
  std::size_t limit = reader.end();
  std::size_t segment = at;  // where the labels that are being read began: a pointer must lead before it
  std::size_t after = 0;     // where the message goes on: behind the first pointer, if there is one
  for (std::size_t length_on_wire = 1;;) {
    if (at >= limit) return reader.Fail(at, "a name runs past the end");
    const unsigned length = message[at];
    if (length >= kPointer) {
      if (at + 1 >= limit) return reader.Fail(at, "a compression pointer runs past the end");
      const std::size_t target = (length & ~kPointer) << 8 | message[at + 1];
      if (target >= segment) return reader.Fail(at, "a compression pointer does not lead backwards");
      if (target < kHeaderLength) return reader.Fail(at, "a compression pointer leads into the header");
      if (after == 0) after = at + 2;
      at = segment = target;
      limit = message.size();
      continue;
    }
    if (length > kMaxLabel) return reader.Fail(at, "a label has an unknown type");
    if (length == 0) break;
    if (length >= limit - at) return reader.Fail(at, "a label runs past the end");
    length_on_wire += length + 1;
    if (length_on_wire > kMaxName) return reader.Fail(at, "a name is longer than 255 octets");
    if (end != text.data()) *end++ = '.';
    end = WriteLabel(&message[at + 1], length, end);
    at += length + 1;
  }
  reader.MoveTo(after != 0 ? after : at + 1);
  out.append(text.data(), static_cast<std::size_t>(end - text.data()));
}

void AppendNameOrDot(DnsReader& reader, std::string& out) {
  const std::size_t before = out.size();
  AppendName(reader, out);
  if (out.size() == before) out += '.';
}

}  // namespace dialwatch::probes
