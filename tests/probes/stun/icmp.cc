#include "tests/probes/stun/icmp.h"

#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <cstring>

#include "base/unique_fd.h"

namespace dialwatch::probes::test {
namespace {

struct Message {
  icmphdr icmp;
  iphdr ip;
  udphdr udp;
};
static_assert(sizeof(Message) == 8 + 20 + 8);

// RFC 1071.
std::uint16_t Checksum(const Message& message) {
  std::uint16_t words[sizeof message / 2];
  std::memcpy(words, &message, sizeof message);
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

bool SendIcmp(IcmpCode code, const base::Endpoint& from, const base::Endpoint& to) {
  const base::UniqueFd fd(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  if (!fd) return false;
  Message message{};
  message.icmp.type = ICMP_DEST_UNREACH;
  message.icmp.code = static_cast<std::uint8_t>(code);
  message.ip.version = 4;
  message.ip.ihl = 5;
  message.ip.protocol = IPPROTO_UDP;
  message.ip.tot_len = htons(48);
  std::memcpy(&message.ip.saddr, from.address.octets(), 4);
  std::memcpy(&message.ip.daddr, to.address.octets(), 4);
  message.udp.source = htons(from.port);
  message.udp.dest = htons(to.port);
  message.udp.len = htons(28);
  message.icmp.checksum = Checksum(message);
  sockaddr_storage peer{};
  const socklen_t size = base::Endpoint{from.address, 0}.ToSockaddr(&peer);
  const auto sent = sendto(fd.get(), &message, sizeof message, 0, reinterpret_cast<const sockaddr*>(&peer), size);
  return sent == sizeof message;
}

}  // namespace dialwatch::probes::test
