#include "reflector/control.h"

#include <cstring>

namespace dialwatch::reflector {
namespace {

template <typename T>
T ReadData(cmsghdr* message) {
  T value{};
  std::memcpy(&value, CMSG_DATA(message), sizeof value);
  return value;
}

// Fills the control buffer of a message from its beginning.
class Writer {
 public:
  explicit Writer(msghdr* message) : message_(message), next_(CMSG_FIRSTHDR(message)) {}

  template <typename T>
  void Add(int level, int type, const T& value) {
    if (next_ == nullptr) return;
    next_->cmsg_level = level;
    next_->cmsg_type = type;
    next_->cmsg_len = CMSG_LEN(sizeof value);
    std::memcpy(CMSG_DATA(next_), &value, sizeof value);
    used_ += CMSG_SPACE(sizeof value);
    next_ = CMSG_NXTHDR(message_, next_);
  }

  void Finish() {
    message_->msg_controllen = used_;
    if (used_ == 0) message_->msg_control = nullptr;
  }

 private:
  msghdr* message_;
  cmsghdr* next_;
  std::size_t used_ = 0;
};

// DSCP alone: what routers have noted in ECN on the way here is not to be said again on the way back (RFC 3168 §5).
int WithoutEcn(int traffic_class) {
  return traffic_class & 0xFC;
}

bool Enable(int fd, int level, int option) {
  const int on = 1;
  return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

}  // namespace

std::chrono::nanoseconds ArrivalOf(msghdr& message, std::chrono::nanoseconds otherwise) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_TIMESTAMPNS) continue;
    const auto stamp = ReadData<timespec>(each);
    return std::chrono::seconds(stamp.tv_sec) + std::chrono::nanoseconds(stamp.tv_nsec);
  }
  return otherwise;
}

void WriteReplyControl(msghdr& received, msghdr* reply) {
  Writer writer(reply);
  for (cmsghdr* each = CMSG_FIRSTHDR(&received); each != nullptr; each = CMSG_NXTHDR(&received, each)) {
    if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
      auto to = ReadData<in_pktinfo>(each);
      to.ipi_ifindex = 0;
      writer.Add(IPPROTO_IP, IP_PKTINFO, to);
    } else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO) {
      auto to = ReadData<in6_pktinfo>(each);
      to.ipi6_ifindex = 0;
      writer.Add(IPPROTO_IPV6, IPV6_PKTINFO, to);
    } else if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_TOS) {
      writer.Add(IPPROTO_IP, IP_TOS, WithoutEcn(ReadData<std::uint8_t>(each)));
    } else if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_TCLASS) {
      writer.Add(IPPROTO_IPV6, IPV6_TCLASS, WithoutEcn(ReadData<int>(each)));
    }
  }
  writer.Finish();
}

bool EnableControl(int fd, bool v6) {
  if (!Enable(fd, SOL_SOCKET, SO_TIMESTAMPNS) || !Enable(fd, IPPROTO_IP, IP_RECVTOS)) return false;
  if (!v6) return Enable(fd, IPPROTO_IP, IP_PKTINFO);
  return Enable(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO) && Enable(fd, IPPROTO_IPV6, IPV6_RECVTCLASS);
}

}  // namespace dialwatch::reflector
