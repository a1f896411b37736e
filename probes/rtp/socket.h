#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace dialwatch::probes {

// A connected UDP socket that does not block: it hears nobody but its peer, and of ICMP errors at once. Thread safety:
// none.
class RtpSocket {
 public:
  struct Datagram {
    std::span<const std::uint8_t> octets;  // until the next Receive
    std::chrono::nanoseconds at;           // of the steady clock, when the kernel had it and not when we came to read
  };

  // `bind` counts where it is of the peer's family. `dscp`: RFC 2474, 0 to 63.
  static base::Result<RtpSocket> Open(const base::Endpoint& peer, const std::optional<base::IpAddress>& bind, int dscp);
  // For a peer that is not known yet: an even port at `local`, as RTP has (RFC 3550 §11).
  static base::Result<RtpSocket> Bind(const base::IpAddress& local, int dscp);
  // Hears nobody else from then on; what came before is dropped.
  base::Status Connect(const base::Endpoint& peer);

  int fd() const { return fd_.get(); }
  base::Endpoint LocalEndpoint() const;

  // 0, or the errno of this very datagram.
  int Send(std::span<const std::uint8_t> octets);
  // The next datagram, or nothing when none waits.
  std::optional<Datagram> Receive();

  // ICMP errors until now, and the newest as errno.
  std::uint32_t refusals() const { return refusals_; }
  int refusal() const { return refusal_; }

 private:
  explicit RtpSocket(base::UniqueFd fd) : fd_(std::move(fd)) {}

  void NoteRefusal(int error);

  base::UniqueFd fd_;
  std::uint32_t refusals_ = 0;
  int refusal_ = 0;
  std::array<std::uint8_t, 2048> buffer_{};  // a larger datagram is none of ours
};

}  // namespace dialwatch::probes
