#include "probes/sip/uri.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/host_name.h"
#include "base/printable.h"

namespace dialwatch::probes {
namespace {

using base::Error;

constexpr std::size_t kMaxUri = 2048;  // octets; far more than anyone writes

// RFC 3261 §25.1: unreserved, escaped and user-unreserved; one may write an escape for everything else.
bool IsUserText(std::string_view text) {
  constexpr std::string_view kMarks = "-_.!~*'()&=+$,;?/%#:";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool IsParameterText(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 127 && c != '<' && c != '>' && c != '"'; });
}

base::Result<std::string> ReadHost(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    const auto address = base::IpAddress::Parse(text.substr(1, text.size() - 2));
    if (!address || !address->is_v6())
      return Error{fmt::format("\"{}\" is no IPv6 address", base::Printable(text, 100))};
    return fmt::format("[{}]", address->ToString());
  }
  return base::NormalizeHostName(text);
}

// "host", "host:port", "[v6]:port"
base::Status ReadHostPort(std::string_view text, SipUri& uri) {
  const std::size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
  auto host = ReadHost(text.substr(0, colon));
  if (!host) return host.error();
  uri.host = *std::move(host);
  if (colon == std::string_view::npos) return {};
  const auto port = SipNumber(text.substr(colon + 1));
  if (!port || *port == 0 || *port > 0xFFFF) return Error{"its port is not between 1 and 65535"};
  uri.port = static_cast<std::uint16_t>(*port);
  return {};
}

base::Result<SipUri> Parse(std::string_view text) {
  SipUri uri;
  const std::size_t colon = text.find(':');
  if (text.size() > kMaxUri) return Error{fmt::format("it is longer than {} characters", kMaxUri)};
  const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
  uri.secure = SipEqual(scheme, "sips");
  if (!uri.secure && !SipEqual(scheme, "sip")) return Error{"it begins neither with \"sip:\" nor with \"sips:\""};
  text.remove_prefix(std::min(colon + 1, text.size()));
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = text.substr(0, at);
    if (user.empty() || !IsUserText(user)) return Error{"its user has characters that must be escaped"};
    uri.user = user.substr(0, user.find(':'));
    text.remove_prefix(at + 1);
  }
  text = text.substr(0, text.find('?'));
  const std::size_t semicolon = std::min(text.find(';'), text.size());
  if (auto read = ReadHostPort(text.substr(0, semicolon), uri); !read) return read.error();
  if (!IsParameterText(text.substr(semicolon))) return Error{"its parameters have characters that must be escaped"};
  if (semicolon < text.size()) {
    const auto pieces = SplitSip(text.substr(semicolon + 1), ';');
    if (!pieces) return Error{"its parameters cannot be read"};
    uri.parameters = ReadSipParameters(*pieces, 0);
  }
  return uri;
}

}  // namespace

base::Result<SipUri> ParseSipUri(std::string_view text) {
  auto uri = Parse(text);
  if (!uri) return Error{fmt::format("\"{}\" is not a SIP URI: {}", base::Printable(text, 300), uri.error().what)};
  return uri;
}

std::string FormatSipUri(const SipUri& uri) {
  std::string text = uri.secure ? "sips:" : "sip:";
  if (!uri.user.empty()) text += uri.user + '@';
  text += uri.host;
  if (uri.port) text += fmt::format(":{}", *uri.port);
  for (const auto& [name, value] : uri.parameters)
    text += value.empty() ? ';' + name : fmt::format(";{}={}", name, value);
  return text;
}

}  // namespace dialwatch::probes
