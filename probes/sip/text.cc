#include "probes/sip/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/lower.h"
#include "base/random.h"

namespace dialwatch::probes {
namespace {

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (base::Lower(c) >= 'a' && base::Lower(c) <= 'z');
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view Unquoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

// `name`, whatever white space is around it, at the beginning of `text`, which then goes on after it.
bool Skip(std::string_view& text, std::string_view name) {
  const std::string_view rest = SipTrim(text);
  if (!SipEqual(rest.substr(0, name.size()), name)) return false;
  text = rest.substr(name.size());
  return true;
}

std::optional<base::Endpoint> ReadSeen(const SipParameters& parameters) {
  const auto received = FindSipParameter(parameters, "received");
  if (!received) return std::nullopt;
  std::string_view text = *received;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto address = base::IpAddress::Parse(text);
  if (!address) return std::nullopt;
  const auto port = SipNumber(FindSipParameter(parameters, "rport").value_or(""));
  return base::Endpoint{*address, static_cast<std::uint16_t>(port && *port <= 0xFFFF ? *port : 0)};
}

}  // namespace

bool SipEqual(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return base::Lower(x) == base::Lower(y); });
}

std::string_view SipTrim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool IsSipToken(std::string_view text) {
  constexpr std::string_view kMarks = "-.!%*_+`'~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return IsAlphanumeric(c) || kMarks.find(c) != std::string_view::npos;
  });
}

std::optional<std::uint32_t> SipNumber(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::vector<std::string_view>> SplitSip(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  bool quoted = false, bracketed = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"' && !bracketed) {
      quoted = true;
    } else if (c == '<' || c == '>') {
      if (bracketed == (c == '<')) return std::nullopt;
      bracketed = c == '<';
    } else if (c == separator && !bracketed) {
      pieces.push_back(SipTrim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (quoted || bracketed) return std::nullopt;
  pieces.push_back(SipTrim(text.substr(begin)));
  return pieces;
}

bool IsSipUriText(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7F' && c != '"' && c != '<' && c != '>';
  });
}

std::string SipQuoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string SipHex(std::span<const std::uint8_t> octets) {
  return fmt::format("{:02x}", fmt::join(octets, ""));
}

std::string NewSipToken() {
  std::array<std::uint8_t, 16> octets;
  base::RandomBytes(octets.data(), octets.size());
  return SipHex(octets);
}

SipParameters ReadSipParameters(const std::vector<std::string_view>& pieces, std::size_t from) {
  SipParameters parameters;
  for (std::size_t i = from; i < pieces.size(); ++i) {
    const std::size_t equals = std::min(pieces[i].find('='), pieces[i].size());
    const std::string_view value = pieces[i].substr(std::min(equals + 1, pieces[i].size()));
    parameters.emplace_back(SipTrim(pieces[i].substr(0, equals)), Unquoted(SipTrim(value)));
  }
  return parameters;
}

std::optional<std::string_view> FindSipParameter(const SipParameters& parameters, std::string_view name) {
  for (const auto& [each, value] : parameters) {
    if (SipEqual(each, name)) return value;
  }
  return std::nullopt;
}

std::optional<SipNameAddress> ReadSipNameAddress(std::string_view text) {
  const auto pieces = SplitSip(text, ';');
  if (!pieces) return std::nullopt;
  std::string_view uri = pieces->front();
  if (uri.ends_with('>')) {
    // `<` of the address is the last one: a quoted display name may hold others.
    uri = uri.substr(0, uri.size() - 1);
    uri = SipTrim(uri.substr(uri.rfind('<') + 1));
  }
  if (!IsSipUriText(uri)) return std::nullopt;
  return SipNameAddress{std::string(uri), ReadSipParameters(*pieces, 1)};
}

std::optional<SipVia> ReadSipVia(std::string_view text) {
  const auto pieces = SplitSip(text, ';');
  if (!pieces) return std::nullopt;
  std::string_view rest = pieces->front();
  if (!Skip(rest, "SIP") || !Skip(rest, "/") || !Skip(rest, "2.0") || !Skip(rest, "/")) return std::nullopt;
  rest = SipTrim(rest);
  const std::size_t space = rest.find_first_of(" \t");
  if (space == std::string_view::npos || !IsSipToken(rest.substr(0, space))) return std::nullopt;
  const SipParameters parameters = ReadSipParameters(*pieces, 1);
  return SipVia{std::string(FindSipParameter(parameters, "branch").value_or("")), ReadSeen(parameters)};
}

}  // namespace dialwatch::probes
