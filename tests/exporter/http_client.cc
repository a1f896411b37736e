#include "http_client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>

namespace dialwatch::exporter {
namespace {

constexpr timeval kPatience{5, 0};

}  // namespace

RawConnection::RawConnection(const base::Endpoint& server, const std::string& source)
    : fd_(socket(server.address.is_v6() ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  sockaddr_storage address{};
  auto* raw = reinterpret_cast<sockaddr*>(&address);
  if (!source.empty()) {
    const socklen_t size = base::Endpoint{*base::IpAddress::Parse(source), 0}.ToSockaddr(&address);
    if (bind(fd_.get(), raw, size) != 0) return;
  }
  const socklen_t size = server.ToSockaddr(&address);
  connected_ = connect(fd_.get(), raw, size) == 0;
}

bool RawConnection::Send(const std::string& octets) {
  return send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(octets.size());
}

bool RawConnection::Begun() {
  char octet = 0;
  return recv(fd_.get(), &octet, 1, MSG_PEEK) == 1;
}

std::string RawConnection::ReadToEnd() {
  std::string text;
  char part[65536];
  for (ssize_t size = 0; (size = recv(fd_.get(), part, sizeof part, 0)) > 0;) {
    text.append(part, static_cast<std::size_t>(size));
  }
  return text;
}

bool RawConnection::ClosedWithin(std::chrono::milliseconds time) {
  const auto deadline = std::chrono::steady_clock::now() + time;
  char part[4096];
  while (std::chrono::steady_clock::now() < deadline) {
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (poll(&waiting, 1, 10) > 0 && recv(fd_.get(), part, sizeof part, MSG_DONTWAIT) <= 0) return true;
  }
  return false;
}

HttpAnswer ParseAnswer(const std::string& text) {
  HttpAnswer answer;
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.body = text.substr(end + 4);
  std::istringstream head(text.substr(0, end));
  std::string line;
  std::getline(head, line);
  answer.protocol = line.substr(0, line.find(' '));
  answer.status = std::atoi(line.c_str() + answer.protocol.size());
  while (std::getline(head, line)) {
    if (line.ends_with('\r')) line.pop_back();
    std::string name = line.substr(0, line.find(':'));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    answer.headers[name] = line.substr(std::min(line.size(), line.find(':') + 2));
  }
  return answer;
}

HttpAnswer Request(const base::Endpoint& server, const std::string& method, const std::string& path,
                   const std::string& source) {
  RawConnection connection(server, source);
  if (!connection.Send(fmt::format("{} {} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n", method, path)))
    return {};
  return ParseAnswer(connection.ReadToEnd());
}

}  // namespace dialwatch::exporter
