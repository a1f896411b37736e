#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

struct ssl_st;

namespace dialwatch::probes {

struct FreeSsl {
  void operator()(ssl_st* ssl) const;
};
using SslPtr = std::unique_ptr<ssl_st, FreeSsl>;

// TLS without a socket: octets of the peer go in, octets for the peer come out, and what was said inside is handed on.
// Thread safety: none.
class TlsStream {
 public:
  using OnText = std::function<void(std::span<const std::uint8_t>)>;

  // `ssl` is set up, but for where it reads and writes.
  explicit TlsStream(SslPtr ssl);

  // Begins the handshake, where that is ours to do.
  base::Status Start() { return Handshake(); }
  // Takes what the peer sent, goes on with the handshake, and hands on the text in it. An error: the handshake failed,
  // the certificate does not stand, or what came is not TLS.
  base::Status Take(std::span<const std::uint8_t> octets, const OnText& on_text);
  bool established() const { return established_; }
  bool ended() const { return ended_; }  // the peer has said that nothing follows (RFC 8446 §6.1)

  // Only once established: says something; says that nothing follows.
  void Write(std::span<const std::uint8_t> text);
  void End();

  // What is to be sent to the peer; it grows by Start, Take, Write and End, and whoever sends it erases it.
  std::vector<std::uint8_t>& output() { return output_; }

  ssl_st* ssl() { return ssl_.get(); }

 private:
  base::Status Handshake();
  base::Status Read(const OnText& on_text);
  void Drain();
  base::Error Failure(int code) const;

  SslPtr ssl_;
  std::vector<std::uint8_t> output_;
  bool established_ = false;
  bool ended_ = false;
};

}  // namespace dialwatch::probes
