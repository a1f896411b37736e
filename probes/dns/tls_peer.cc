#include "probes/dns/tls_peer.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>
#include <utility>

namespace dialwatch::probes {
namespace {

constexpr unsigned char kAlpn[] = {3, 'd', 'o', 't'};  // RFC 7858, IANA "ALPN Protocol IDs"

}  // namespace

void TlsPeer::FreeContext::operator()(ssl_ctx_st* context) const {
  SSL_CTX_free(context);
}

void TlsPeer::FreeSession::operator()(ssl_session_st* session) const {
  SSL_SESSION_free(session);
}

TlsPeer::TlsPeer(const base::IpAddress& address, std::string tls_name, Use use)
    : address_(address), tls_name_(std::move(tls_name)), use_(use), context_(SSL_CTX_new(TLS_client_method())) {}

TlsPeer::~TlsPeer() = default;

base::Result<std::shared_ptr<TlsPeer>> TlsPeer::Make(const base::IpAddress& address, std::string tls_name, Use use) {
  std::shared_ptr<TlsPeer> peer(new TlsPeer(address, std::move(tls_name), use));
  SSL_CTX* context = peer->context_.get();
  if (context == nullptr || SSL_CTX_set_default_verify_paths(context) != 1) {
    const char* reason = ERR_reason_error_string(ERR_get_error());
    return base::Error{fmt::format("TLS: the trusted certificates cannot be read: {}", reason ? reason : "no memory")};
  }
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);  // RFC 8310 §8.1, RFC 9325 §3.1.1
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, OnVerify);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_app_data(context, peer.get());
  if (use == Use::kRelay) return peer;
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
    static_cast<TlsPeer*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->session_.reset(session);
    return 1;  // it is ours now
  });
  return peer;
}

// Called for each certificate of the chain; the verdict stays as it is.
int TlsPeer::OnVerify(int verdict, X509_STORE_CTX* chain) {
  const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* peer = static_cast<TlsPeer*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(X509_STORE_CTX_get0_cert(chain)), &end) == 1) {
    peer->certificate_expires_ = base::TimePoint(std::chrono::seconds(timegm(&end)));
  }
  return verdict;
}

SslPtr TlsPeer::NewSsl() {
  certificate_expires_.reset();
  SslPtr made(SSL_new(context_.get()));
  SSL* ssl = made.get();
  if (ssl == nullptr) return made;
  SSL_set_connect_state(ssl);
  if (use_ == Use::kDns) SSL_set_alpn_protos(ssl, kAlpn, sizeof kAlpn);
  if (tls_name_.empty()) {
    X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl), address_.octets(), address_.size());
  } else {
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl, tls_name_.c_str());
    SSL_set_tlsext_host_name(ssl, tls_name_.c_str());
  }
  if (const auto session = std::exchange(session_, nullptr))
    SSL_set_session(ssl, session.get());  // RFC 8446 §C.4: once
  return made;
}

}  // namespace dialwatch::probes
