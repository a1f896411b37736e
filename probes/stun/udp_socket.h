#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace dialwatch::probes {

struct Datagram {
  base::Endpoint from;
  base::IpAddress to;                    // ours that it was sent to
  std::span<const std::uint8_t> octets;  // until the next Receive
};

// An ICMP error, or one of our own kernel, for a datagram that we sent.
struct SendFailure {
  base::Endpoint to;
  int error = 0;  // errno
  std::string why;
  std::optional<base::IpAddress> told_by = {};  // who sent the ICMP error

  // Only a hard error ends a request; the others may pass with a change of routes (RFC 8489 §6.2.1).
  bool IsHard() const { return error == ECONNREFUSED || error == ENOPROTOOPT; }
};

// Whether the kernel knows a way to it. Sends nothing.
bool HasRoute(const base::Endpoint& to);

// A UDP socket that does not block and that hears of ICMP errors for each of the servers it asks, which an unconnected
// one usually does not (ip(7), IP_RECVERR). Thread safety: none.
class UdpSocket {
 public:
  // Room for the answers of some hundred servers at once; the kernel may grant less (net.core.rmem_max).
  static constexpr int kReceiveBuffer = 1 << 20;
  // Larger datagrams are cut; no binding response comes near (RFC 8489 §6.1: 1280 octets with IPv6).
  static constexpr std::size_t kLargestDatagram = 2048;

  // `bind` counts where it is of the family.
  static base::Result<UdpSocket> Open(bool v6, const std::optional<base::IpAddress>& bind);

  int fd() const { return fd_.get(); }
  base::Endpoint LocalEndpoint() const;

  // Marks all that is sent from now on (RFC 2474: 0 to 63), where the kernel lets us.
  void Mark(int dscp) const;

  // Hears nobody else from then on; what came before waits all the same.
  base::Status Connect(const base::Endpoint& peer) const;

  // 0, or the errno of this very datagram.
  int SendTo(const base::Endpoint& to, std::span<const std::uint8_t> octets) const;

  // The next datagram, or nothing when none waits.
  std::optional<Datagram> Receive();

  // The next error, or nothing when none waits. They must all be taken, else the descriptor stays readable.
  std::optional<SendFailure> TakeFailure() const;

 private:
  explicit UdpSocket(base::UniqueFd fd) : fd_(std::move(fd)) {}

  static constexpr std::size_t kSpare = 32;  // zeros, should a reader of the octets go too far

  base::UniqueFd fd_;
  std::array<std::uint8_t, kLargestDatagram + kSpare> buffer_{};
};

}  // namespace dialwatch::probes
