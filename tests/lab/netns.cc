#include "tests/lab/netns.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "base/unique_fd.h"
#include "tests/lab/addresses.h"

namespace dialwatch::lab {
namespace {

base::Error Failed(const std::string& what) {
  return {fmt::format("{}: {}", what, std::system_category().message(errno))};
}

base::Status Write(const char* path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  if (!file) return Failed(fmt::format("cannot write {}", path));
  return {};
}

// user_namespaces(7): our own user becomes root in there, nobody else exists.
base::Status BecomeRootInside(uid_t uid, gid_t gid) {
  if (auto done = Write("/proc/self/setgroups", "deny"); !done) return done;
  if (auto done = Write("/proc/self/uid_map", fmt::format("0 {} 1", uid)); !done) return done;
  return Write("/proc/self/gid_map", fmt::format("0 {} 1", gid));
}

base::Status BringLoopbackUp() {
  const base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd.get(), SIOCSIFFLAGS, &request) != 0) return Failed("cannot bring the loopback interface up");
  return {};
}

// RTM_NEWROUTE with its attributes, laid out as rtnetlink(7) wants it.
struct RouteRequest {
  struct Attribute {
    rtattr header;
    std::uint32_t value;
  };
  nlmsghdr header{};
  rtmsg route{};
  Attribute destination{}, source{}, interface {};
};

RouteRequest::Attribute MakeAttribute(unsigned short type, std::uint32_t value) {
  return {{sizeof(RouteRequest::Attribute), type}, value};
}

std::uint32_t Parse(const std::string& address) {
  in_addr parsed{};
  if (inet_pton(AF_INET, address.c_str(), &parsed) != 1) throw std::runtime_error("not an IPv4 address: " + address);
  return parsed.s_addr;
}

void AddAddresses() {
  AddAddress(kOffice, kOffice);
  for (const char* address :
       {kRoot, kNs1, kNs2, kNs3, kNs4, kRogue, kQuad9, kQuad9Second, kCloudflare, kCloudflareSecond, kGoogle,
        kGoogleSecond, kBind, kPowerDns, kAnycast, kStun, kSecondStun, kThirdStun}) {
    AddAddress(address, kOffice);
  }
}

}  // namespace

base::Status EnterPrivateNetwork() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWNET) != 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return Failed("cannot make a network namespace");
    if (auto mapped = BecomeRootInside(uid, gid); !mapped) return mapped;
  }
  if (auto up = BringLoopbackUp(); !up) return up;
  AddAddresses();
  return {};
}

void AddAddress(const std::string& address, const std::string& source) {
  RouteRequest request;
  request.header = {sizeof request, RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, 1, 0};
  request.route.rtm_family = AF_INET;
  request.route.rtm_dst_len = 32;
  request.route.rtm_table = RT_TABLE_LOCAL;
  request.route.rtm_protocol = RTPROT_STATIC;
  request.route.rtm_scope = RT_SCOPE_HOST;
  request.route.rtm_type = RTN_LOCAL;
  request.destination = MakeAttribute(RTA_DST, Parse(address));
  request.source = MakeAttribute(RTA_PREFSRC, Parse(source));
  request.interface = MakeAttribute(RTA_OIF, if_nametoindex("lo"));
  if (address == source) request.source.header.rta_type = RTA_UNSPEC;  // a preferred source must be ours already

  const base::UniqueFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  struct {
    nlmsghdr header;
    nlmsgerr error;
  } reply{};
  if (send(fd.get(), &request, sizeof request, 0) < 0 || recv(fd.get(), &reply, sizeof reply, 0) < 0) {
    throw std::runtime_error(Failed("cannot talk to rtnetlink").what);
  }
  errno = -reply.error.error;
  if (errno != 0) throw std::runtime_error(Failed(fmt::format("cannot add {} to lo", address)).what);
}

}  // namespace dialwatch::lab
