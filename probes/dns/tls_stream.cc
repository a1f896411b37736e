#include "probes/dns/tls_stream.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <array>
#include <utility>

namespace dialwatch::probes {

void FreeSsl::operator()(ssl_st* ssl) const {
  // else OpenSSL would give up the session, ticket and all; a DNS message says its length, so nothing can be cut off
  SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  SSL_free(ssl);
}

TlsStream::TlsStream(SslPtr ssl) : ssl_(std::move(ssl)) {
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  BIO_set_mem_eof_return(in, -1);  // empty means "wait", not "the end"
  SSL_set_bio(ssl_.get(), in, out);
}

base::Status TlsStream::Take(std::span<const std::uint8_t> octets, const OnText& on_text) {
  BIO_write(SSL_get_rbio(ssl_.get()), octets.data(), static_cast<int>(octets.size()));
  if (!established_) {
    if (auto shaken = Handshake(); !shaken || !established_) return shaken;
  }
  return Read(on_text);
}

void TlsStream::Write(std::span<const std::uint8_t> text) {
  ERR_clear_error();
  SSL_write(ssl_.get(), text.data(),
            static_cast<int>(text.size()));  // into memory: all of it, or the next read says why
  Drain();
}

void TlsStream::End() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  Drain();
}

base::Status TlsStream::Handshake() {
  ERR_clear_error();
  const int code = SSL_do_handshake(ssl_.get());
  established_ = code == 1;
  const bool waits = code < 1 && SSL_get_error(ssl_.get(), code) == SSL_ERROR_WANT_READ;
  base::Status status;
  if (!established_ && !waits) status = Failure(code);
  Drain();  // an alert, too
  return status;
}

base::Status TlsStream::Read(const OnText& on_text) {
  std::array<std::uint8_t, SSL3_RT_MAX_PLAIN_LENGTH> text;
  for (;;) {
    ERR_clear_error();
    const int size = SSL_read(ssl_.get(), text.data(), static_cast<int>(text.size()));
    Drain();  // a key update is answered
    if (size > 0) {
      on_text(std::span(text.data(), static_cast<std::size_t>(size)));
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), size);
    ended_ = error == SSL_ERROR_ZERO_RETURN;
    if (ended_ || error == SSL_ERROR_WANT_READ) return {};
    return Failure(size);
  }
}

void TlsStream::Drain() {
  BIO* out = SSL_get_wbio(ssl_.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  if (size <= 0) return;
  output_.insert(output_.end(), data, data + size);
  BIO_reset(out);
}

base::Error TlsStream::Failure(int code) const {
  if (const long verdict = SSL_get_verify_result(ssl_.get()); verdict != X509_V_OK) {
    return {fmt::format("certificate: {}", X509_verify_cert_error_string(verdict))};
  }
  const char* reason = ERR_reason_error_string(ERR_get_error());
  return {
      fmt::format("TLS: {}", reason != nullptr ? reason : fmt::format("error {}", SSL_get_error(ssl_.get(), code)))};
}

}  // namespace dialwatch::probes
