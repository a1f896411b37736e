#include "exporter/listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace dialwatch::exporter {
namespace {

using base::Endpoint;
using base::Error;

std::string WhatToDo(int error) {
  switch (error) {
    case EADDRINUSE:
      return "another process listens there; stop it, or choose another port in listen of [exporter]";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address; change listen of [exporter]";
    case EACCES:
      return "ports below 1024 need a privilege; choose a higher one in listen of [exporter]";
    case EAFNOSUPPORT:
      return "this machine does not speak that address family; change listen of [exporter]";
    default:
      return "change listen of [exporter]";
  }
}

Error Failure(const Endpoint& address, int error) {
  return {
      fmt::format("exporter: cannot listen on {}: {}: {}", address.ToString(), std::strerror(error), WhatToDo(error))};
}

}  // namespace

base::Result<Listener> Listen(const Endpoint& address) {
  const int family = address.address.is_v6() ? AF_INET6 : AF_INET;
  base::UniqueFd fd(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return Failure(address, errno);
  const int on = 1;
  const int off = 0;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);  // a restart need not wait for TIME_WAIT
  if (family == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);

  sockaddr_storage storage{};
  auto* raw = reinterpret_cast<sockaddr*>(&storage);
  socklen_t size = address.ToSockaddr(&storage);
  if (bind(fd.get(), raw, size) != 0 || listen(fd.get(), SOMAXCONN) != 0) return Failure(address, errno);
  size = sizeof storage;
  if (getsockname(fd.get(), raw, &size) != 0) return Failure(address, errno);
  return Listener{std::move(fd), Endpoint::FromSockaddr(raw)};
}

}  // namespace dialwatch::exporter
