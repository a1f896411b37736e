#include "tests/lab/stun_message.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstdint>

#include "base/random.h"
#include "base/unique_fd.h"

namespace dialwatch::lab {
namespace {

constexpr std::size_t kHeader = 20;                            // RFC 8489 §5
constexpr std::string_view kRequest("\x00\x01", 2);            // §5: binding, class request
constexpr std::string_view kSuccess("\x01\x01", 2);            // §5: binding, class success response
constexpr std::string_view kCookie("\x21\x12\xA4\x42", 4);     // §5
constexpr std::string_view kXorMapped("\x00\x20\x00\x08", 4);  // §14.2: type 0x0020, 8 octets follow
constexpr std::string_view kFamilyV4("\x00\x01", 2);           // §14.1
constexpr std::uint16_t kStunPort = 3478;                      // §9

// The port and address of §14.2, which is its own inverse: both are XORed with the magic cookie.
std::string Xor(std::string_view value) {
  std::string out(value);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<char>(out[i] ^ kCookie[i < 2 ? i : i - 2]);
  }
  return out;
}

std::string PortAndAddress(const base::Endpoint& endpoint) {
  std::string value{static_cast<char>(endpoint.port >> 8), static_cast<char>(endpoint.port & 0xFF)};
  return value.append(reinterpret_cast<const char*>(endpoint.address.octets()), 4);
}

std::optional<base::Endpoint> FindXorMapped(std::string_view message) {
  std::size_t at = kHeader;
  while (at + 12 <= message.size()) {
    if (message.substr(at, 4) == kXorMapped && message.substr(at + 4, 2) == kFamilyV4) {
      const std::string value = Xor(message.substr(at + 6, 6));
      const auto* octets = reinterpret_cast<const std::uint8_t*>(value.data());
      return base::Endpoint{base::IpAddress::V4(octets + 2), static_cast<std::uint16_t>(octets[0] << 8 | octets[1])};
    }
    const auto* header = reinterpret_cast<const std::uint8_t*>(message.data() + at);
    at += 4 + ((static_cast<std::size_t>(header[2]) << 8 | header[3]) + 3) / 4 * 4;  // §14: padded to 4 octets
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> BindingResponse(std::string_view request, const base::Endpoint& mapped) {
  if (request.size() < kHeader || request.substr(0, 2) != kRequest || request.substr(4, 4) != kCookie) {
    return std::nullopt;
  }
  std::string response(kSuccess);
  response.append("\x00\x0c", 2).append(request.substr(4, 16));
  return response.append(kXorMapped).append(kFamilyV4).append(Xor(PortAndAddress(mapped)));
}

std::optional<base::Endpoint> Bind(const std::string& server, std::chrono::milliseconds timeout) {
  std::string request(kRequest);
  std::array<char, 12> transaction{};
  base::RandomBytes(transaction.data(), transaction.size());
  request.append("\x00\x00", 2).append(kCookie).append(transaction.data(), transaction.size());

  const auto endpoint = base::Endpoint::Parse(server, kStunPort);
  if (!endpoint) return std::nullopt;
  sockaddr_storage address{};
  const socklen_t size = endpoint->ToSockaddr(&address);
  const base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval patience{timeout.count() / 1000, timeout.count() % 1000 * 1000};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::array<char, 1500> reply{};
  sendto(fd.get(), request.data(), request.size(), 0, reinterpret_cast<const sockaddr*>(&address), size);
  const ssize_t length = recv(fd.get(), reply.data(), reply.size(), 0);
  if (length < static_cast<ssize_t>(kHeader)) return std::nullopt;
  const std::string_view message(reply.data(), static_cast<std::size_t>(length));
  if (message.substr(0, 2) != kSuccess || message.substr(4, 16) != std::string_view(request).substr(4)) {
    return std::nullopt;
  }
  return FindXorMapped(message);
}

}  // namespace dialwatch::lab
