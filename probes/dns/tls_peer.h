#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"
#include "probes/dns/tls_stream.h"

struct ssl_ctx_st;
struct ssl_session_st;
struct x509_store_ctx_st;

namespace dialwatch::probes {

// Whom a TLS connection must lead to, with what it takes to make sure of it: the certificate authorities that this
// machine trusts ($SSL_CERT_FILE and $SSL_CERT_DIR, where they are set, in place of the system's), and the name or
// address that the certificate must have (RFC 8310 §8.1). Keeps the server's last session ticket for the next
// connection (RFC 8446 §2.2). Thread safety: none.
class TlsPeer {
 public:
  enum class Use : std::uint8_t {
    kDns,    // with ALPN (RFC 7858) and tickets
    kRelay,  // as browsers ask a TURN server: without ALPN; without tickets, so that its certificate is seen each time
  };

  // `tls_name`: what the certificate must be for; "": the address.
  static base::Result<std::shared_ptr<TlsPeer>> Make(const base::IpAddress& address, std::string tls_name,
                                                     Use use = Use::kDns);
  ~TlsPeer();

  // When the certificate ends that the newest connection was shown, whether it stands or not; nothing where it was
  // shown none.
  std::optional<base::TimePoint> certificate_expires() const { return certificate_expires_; }

  // For one connection, which the peer outlives. Null where there is no memory.
  SslPtr NewSsl();

 private:
  struct FreeContext {
    void operator()(ssl_ctx_st* context) const;
  };
  struct FreeSession {
    void operator()(ssl_session_st* session) const;
  };
  TlsPeer(const base::IpAddress& address, std::string tls_name, Use use);
  static int OnVerify(int verdict, x509_store_ctx_st* chain);

  const base::IpAddress address_;
  const std::string tls_name_;
  const Use use_;
  std::unique_ptr<ssl_ctx_st, FreeContext> context_;
  std::unique_ptr<ssl_session_st, FreeSession> session_;
  std::optional<base::TimePoint> certificate_expires_;
};

}  // namespace dialwatch::probes
