#include "base/ip_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <vector>

#include "base/printable.h"

namespace dialwatch::base {
namespace {

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<IpPrefix> Prefixes(std::initializer_list<std::string_view> texts) {
  std::vector<IpPrefix> prefixes;
  for (const std::string_view text : texts) prefixes.push_back(*IpPrefix::Parse(text));
  return prefixes;
}

bool InAny(const IpAddress& address, const std::vector<IpPrefix>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const IpPrefix& prefix) { return prefix.Contains(address); });
}

constexpr std::size_t kShown = 100;  // octets of a wrong text in an error

}  // namespace

Result<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string copy(text.substr(0, INET6_ADDRSTRLEN));
  std::array<std::uint8_t, 16> octets{};
  if (copy.size() == text.size() && copy.find('\0') == std::string::npos) {
    if (inet_pton(AF_INET, copy.c_str(), octets.data()) == 1) return V4(octets.data());
    if (inet_pton(AF_INET6, copy.c_str(), octets.data()) == 1) return V6(octets.data());
  }
  return Error{fmt::format("\"{}\" is not an IP address", Printable(text, kShown))};
}

IpAddress IpAddress::V4(const std::uint8_t* octets) {
  IpAddress address;
  std::memcpy(address.octets_.data(), octets, 4);
  return address;
}

IpAddress IpAddress::V6(const std::uint8_t* octets) {
  IpAddress address;
  address.v6_ = true;
  std::memcpy(address.octets_.data(), octets, 16);
  return address;
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(v6_ ? AF_INET6 : AF_INET, octets_.data(), text, sizeof text);
  return text;
}

bool IpAddress::IsSpecialPurpose() const {
  static const auto kPrefixes = Prefixes({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                                          "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128",
                                          "::1/128", "::ffff:0:0/96", "fc00::/7", "fe80::/10", "ff00::/8"});
  return InAny(*this, kPrefixes);
}

bool IpAddress::IsLoopback() const {
  static const auto kPrefixes = Prefixes({"127.0.0.0/8", "::1/128"});
  return InAny(*this, kPrefixes);
}

bool IpAddress::IsUnspecified() const {
  return std::all_of(octets_.begin(), octets_.end(), [](std::uint8_t octet) { return octet == 0; });
}

Result<IpPrefix> IpPrefix::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  auto address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return address.error();
  const int bits = static_cast<int>(address->size()) * 8;
  if (slash == std::string_view::npos) return IpPrefix{*address, bits};
  const auto length = ParseNumber<int>(text.substr(slash + 1));
  if (!length || *length < 0 || *length > bits) {
    return Error{fmt::format("\"{}\" is not a prefix: the length must be 0 to {}", Printable(text, kShown), bits)};
  }
  return IpPrefix{*address, *length};
}

bool IpPrefix::Contains(const IpAddress& other) const {
  if (other.is_v6() != address.is_v6()) return false;
  const auto whole = static_cast<std::size_t>(length / 8);
  if (std::memcmp(address.octets(), other.octets(), whole) != 0) return false;
  if (length % 8 == 0) return true;
  const int shift = 8 - length % 8;
  return address.octets()[whole] >> shift == other.octets()[whole] >> shift;
}

std::string IpPrefix::ToString() const {
  return fmt::format("{}/{}", address.ToString(), length);
}

Result<Endpoint> Endpoint::Parse(std::string_view text, std::uint16_t default_port) {
  std::string_view host = text;
  std::optional<std::string_view> port_text;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return Error{fmt::format("\"{}\" lacks a closing ]", Printable(text, kShown))};
    host = text.substr(1, close - 1);
    if (close + 1 < text.size() && text[close + 1] != ':')
      return Error{fmt::format("\"{}\" has text after ]", Printable(text, kShown))};
    if (close + 1 < text.size()) port_text = text.substr(close + 2);
  } else if (std::count(text.begin(), text.end(), ':') == 1) {
    host = text.substr(0, text.find(':'));
    port_text = text.substr(text.find(':') + 1);
  }
  auto address = IpAddress::Parse(host);
  if (!address) return address.error();
  if (text.starts_with('[') && !address->is_v6()) {
    return Error{fmt::format("\"{}\" has brackets around what is no IPv6 address", Printable(text, kShown))};
  }
  if (!port_text) return Endpoint{*address, default_port};
  const auto port = ParseNumber<std::uint16_t>(*port_text);
  if (!port || *port == 0) return Error{fmt::format("\"{}\" has no port from 1 to 65535", Printable(text, kShown))};
  return Endpoint{*address, *port};
}

Endpoint Endpoint::FromSockaddr(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(address);
    return {IpAddress::V4(reinterpret_cast<const std::uint8_t*>(&in->sin_addr)), ntohs(in->sin_port)};
  }
  if (address->sa_family == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(address);
    return {IpAddress::V6(reinterpret_cast<const std::uint8_t*>(&in->sin6_addr)), ntohs(in->sin6_port)};
  }
  return {};
}

socklen_t Endpoint::ToSockaddr(sockaddr_storage* out) const {
  std::memset(out, 0, sizeof *out);
  if (!address.is_v6()) {
    auto* in = reinterpret_cast<sockaddr_in*>(out);
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    std::memcpy(&in->sin_addr, address.octets(), 4);
    return sizeof *in;
  }
  auto* in = reinterpret_cast<sockaddr_in6*>(out);
  in->sin6_family = AF_INET6;
  in->sin6_port = htons(port);
  std::memcpy(&in->sin6_addr, address.octets(), 16);
  return sizeof *in;
}

std::string Endpoint::ToString() const {
  return address.is_v6() ? fmt::format("[{}]:{}", address.ToString(), port)
                         : fmt::format("{}:{}", address.ToString(), port);
}

std::string Endpoint::ToString(std::uint16_t usual) const {
  return port == usual ? address.ToString() : ToString();
}

}  // namespace dialwatch::base
