#include "tests/alerting/webhook_server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

bool Send(int fd, std::string_view text) {
  return send(fd, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

bool ReadableWithin(int fd, std::chrono::milliseconds longest) {
  pollfd one{fd, POLLIN, 0};
  return poll(&one, 1, static_cast<int>(longest.count())) > 0;
}

std::size_t ContentLength(const std::string& head) {
  const auto at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + 16, nullptr, 10);
}

}  // namespace

WebhookServer::WebhookServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_.get(), generic, size) != 0 || listen(listener_.get(), 64) != 0 ||
      getsockname(listener_.get(), generic, &size) != 0) {
    throw std::runtime_error("no loopback port");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Accept(); });
}

WebhookServer::~WebhookServer() {
  stopping_ = true;
  thread_.join();
}

std::string WebhookServer::Url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void WebhookServer::Script(std::vector<Reply> replies) {
  const std::lock_guard lock(mutex_);
  script_.assign(replies.begin(), replies.end());
}

std::vector<Received> WebhookServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<Received> WebhookServer::WaitFor(std::size_t count, std::chrono::milliseconds longest) const {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  for (;;) {
    auto all = requests();
    if (all.size() >= count || std::chrono::steady_clock::now() > deadline) return all;
    std::this_thread::sleep_for(5ms);
  }
}

void WebhookServer::Accept() {
  while (!stopping_) {
    if (!ReadableWithin(listener_.get(), 20ms)) continue;
    base::UniqueFd connection(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection) {
      connections_.emplace_back([this, fd = connection.Release()] { Serve(base::UniqueFd(fd)); });
    }
  }
  for (std::thread& connection : connections_) connection.join();
}

Reply WebhookServer::Take(Received received) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(received));
  if (script_.empty()) return {};
  Reply reply = script_.front();
  script_.pop_front();
  return reply;
}

void WebhookServer::Serve(base::UniqueFd connection) {
  const int fd = connection.get();
  std::string text;
  std::size_t head = std::string::npos;
  while (head == std::string::npos || text.size() < head + 4 + ContentLength(text.substr(0, head))) {
    std::array<char, 16384> buffer{};
    if (stopping_) return;
    if (!ReadableWithin(fd, 20ms)) continue;
    const ssize_t size = recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) return;
    text.append(buffer.data(), static_cast<std::size_t>(size));
    head = text.find("\r\n\r\n");
  }
  const Reply reply = Take({std::chrono::steady_clock::now(), text.substr(0, head), text.substr(head + 4)});
  const auto client_is_there = [&] { return !stopping_ && !ReadableWithin(fd, 20ms); };
  switch (reply.manner) {
    case Reply::Manner::kAnswer:
      Send(fd, fmt::format("HTTP/1.1 {} X\r\n{}Content-Length: 2\r\nConnection: close\r\n\r\nok", reply.status,
                           reply.headers));
      break;
    case Reply::Manner::kHang:
      while (client_is_there()) continue;
      break;
    case Reply::Manner::kDripHead:
      Send(fd, fmt::format("HTTP/1.1 {} X\r\nX-Slow: ", reply.status));
      while (client_is_there() && Send(fd, "a")) continue;
      break;
    case Reply::Manner::kEndlessBody:
      Send(fd, fmt::format("HTTP/1.1 {} X\r\nConnection: close\r\n\r\n", reply.status));
      while (!stopping_ && Send(fd, std::string(8192, 'x'))) continue;
      break;
    case Reply::Manner::kClose:
      break;
  }
}

}  // namespace dialwatch::alerting
