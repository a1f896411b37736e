#include "tests/probes/dns/fake_tls_server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "tests/probes/dns/server_process.h"

namespace dialwatch::probes {
namespace {

const TemporaryFolder& CaFolder() {
  static const TemporaryFolder folder;
  return folder;
}

}  // namespace

const lab::TestCa& TrustedCa() {
  static const lab::TestCa ca = [] {
    lab::TestCa made(CaFolder().path());
    setenv("SSL_CERT_FILE", made.certificate().c_str(), 1);
    return made;
  }();
  return ca;
}

const lab::Certificate& GoodCertificate() {
  static const lab::Certificate good = TrustedCa().Issue("good", {"DNS:dns.test", "IP:127.0.0.1"});
  return good;
}

void FakeTlsServer::FreeContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

FakeTlsServer::FakeTlsServer(EventLoop& loop, const lab::Certificate& certificate, std::string alpn, std::uint16_t port)
    : loop_(loop), alpn_(std::move(alpn)), context_(SSL_CTX_new(TLS_server_method())) {
  TrustedCa();
  SSL_CTX* context = context_.get();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, certificate.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("the test's certificate cannot be read");
  }
  alpn_.insert(alpn_.begin(), static_cast<char>(alpn_.size()));
  SSL_CTX_set_alpn_select_cb(
      context,
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned offered_size,
         void* user) {
        const auto& ours = *static_cast<const std::string*>(user);
        const auto* wanted = reinterpret_cast<const unsigned char*>(ours.data());
        unsigned char* chosen = nullptr;
        if (SSL_select_next_proto(&chosen, size, wanted, static_cast<unsigned>(ours.size()), offered, offered_size) !=
            OPENSSL_NPN_NEGOTIATED) {
          return SSL_TLSEXT_ERR_ALERT_FATAL;
        }
        *out = chosen;
        return SSL_TLSEXT_ERR_OK;
      },
      &alpn_);

  endpoint_ = {*base::IpAddress::Parse("127.0.0.1"), port};
  listener_ = base::UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage address;
  socklen_t size = endpoint_.ToSockaddr(&address);
  if (bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_.get(), 64) != 0) {
    throw std::runtime_error("no free port on 127.0.0.1");
  }
  getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  endpoint_ = base::Endpoint::FromSockaddr(reinterpret_cast<sockaddr*>(&address));
  watcher_ = std::make_unique<FdWatcher>(loop, listener_.get(), [this](bool, bool) { OnAccept(); });
  watcher_->Watch(true, false);
}

FakeTlsServer::~FakeTlsServer() {
  CloseAll();
  watcher_.reset();
}

void FakeTlsServer::OnAccept() {
  const int fd = accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  ++accepted_;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  send(fd, greeting.data(), greeting.size(), MSG_NOSIGNAL);
  Link& link = links_[fd];
  link.fd = base::UniqueFd(fd);
  link.watcher = std::make_unique<FdWatcher>(loop_, fd, [this, fd](bool readable, bool) { OnReady(fd, readable); });
  SslPtr ssl(SSL_new(context_.get()));
  SSL_set_accept_state(ssl.get());
  link.stream = std::make_unique<TlsStream>(std::move(ssl));
  link.watcher->Watch(true, false);
}

void FakeTlsServer::OnReady(Connection connection, bool readable) {
  Link& link = links_.at(connection);
  if (!readable) {
    Flush(link);
    if (on_drained && link.stream->output().empty()) on_drained(connection);
    return;
  }
  std::array<std::uint8_t, 16384> buffer;
  const ssize_t size = recv(connection, buffer.data(), buffer.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0 || closes) return Close(connection);
  if (stalls) return;
  const bool before = link.stream->established();
  Octets text;
  const auto taken =
      link.stream->Take(std::span(buffer.data(), static_cast<std::size_t>(size)),
                        [&](std::span<const std::uint8_t> part) { text.insert(text.end(), part.begin(), part.end()); });
  Flush(link);
  if (!taken || link.stream->ended()) return Close(connection);
  if (!before && link.stream->established()) {
    if (SSL_session_reused(link.stream->ssl()) == 1) ++resumed_;
    if (on_open) on_open(connection);
  }
  if (!text.empty() && links_.contains(connection) && on_text) on_text(connection, text);
}

void FakeTlsServer::Send(Connection connection, const Octets& text) {
  const auto link = links_.find(connection);
  if (link == links_.end()) return;
  link->second.stream->Write(text);
  Flush(link->second);
}

void FakeTlsServer::RequestKeyUpdate(Connection connection) {
  const auto link = links_.find(connection);
  if (link == links_.end()) return;
  SSL_key_update(link->second.stream->ssl(), SSL_KEY_UPDATE_REQUESTED);
  static_cast<void>(link->second.stream->Start());
  Flush(link->second);
}

void FakeTlsServer::StopReading(Connection connection) {
  links_.at(connection).reads = false;
  Flush(links_.at(connection));
}

std::size_t FakeTlsServer::Unsent(Connection connection) const {
  const auto link = links_.find(connection);
  return link == links_.end() ? 0 : link->second.stream->output().size();
}

void FakeTlsServer::Flush(Link& link) {
  auto& output = link.stream->output();
  const ssize_t sent = send(link.fd.get(), output.data(), output.size(), MSG_NOSIGNAL);
  if (sent > 0) output.erase(output.begin(), output.begin() + sent);
  if (sent < 0 && errno != EAGAIN) output.clear();
  link.watcher->Watch(link.reads, !output.empty());
}

void FakeTlsServer::Close(Connection connection) {
  const auto link = links_.find(connection);
  if (link == links_.end()) return;
  link->second.watcher.reset();
  links_.erase(link);
  if (on_close) on_close(connection);
}

void FakeTlsServer::CloseAll() {
  while (!links_.empty()) Close(links_.begin()->first);
}

}  // namespace dialwatch::probes
