#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dialwatch::base {

// An IPv4 or IPv6 address without a port or scope. Value type, ordered, hashable through its text.
class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0

  // Dotted quad or RFC 4291 text, nothing around it. Errors name the text.
  static Result<IpAddress> Parse(std::string_view text);
  static IpAddress V4(const std::uint8_t* octets);  // 4 octets in network order
  static IpAddress V6(const std::uint8_t* octets);  // 16 octets in network order

  bool is_v6() const { return v6_; }
  const std::uint8_t* octets() const { return octets_.data(); }
  std::size_t size() const { return v6_ ? 16 : 4; }

  // Canonical text (RFC 5952).
  std::string ToString() const;

  // Addresses that no public server has: this network, private use, shared, loopback, link-local, multicast, reserved
  // (RFC 6890), and the IPv6 kin of these. Those for documentation count as public.
  bool IsSpecialPurpose() const;
  bool IsLoopback() const;
  bool IsUnspecified() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  bool v6_ = false;
  std::array<std::uint8_t, 16> octets_{};
};

// A network such as 198.51.100.0/24.
struct IpPrefix {
  IpAddress address;
  int length = 0;  // bits

  // "198.51.100.0/24", "2001:db8::/32"; a bare address is a prefix of its full length.
  static Result<IpPrefix> Parse(std::string_view text);
  bool Contains(const IpAddress& other) const;
  std::string ToString() const;

  bool operator==(const IpPrefix&) const = default;
};

// An address with a port.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  // "192.0.2.1", "192.0.2.1:5300", "2001:db8::1", "[2001:db8::1]:5300"; without a port `default_port` is taken.
  static Result<Endpoint> Parse(std::string_view text, std::uint16_t default_port);
  static Endpoint FromSockaddr(const sockaddr* address);  // AF_INET or AF_INET6, else the default Endpoint
  socklen_t ToSockaddr(sockaddr_storage* out) const;

  // Always with the port: "192.0.2.1:53", "[2001:db8::1]:53".
  std::string ToString() const;
  // Without the port where it is `usual`.
  std::string ToString(std::uint16_t usual) const;

  auto operator<=>(const Endpoint&) const = default;
};

}  // namespace dialwatch::base
