#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/ip_address.h"
#include "probes/dns/https_session.h"
#include "probes/dns/line.h"

namespace dialwatch::probes {

// Where and how a server's DNS over HTTPS is asked.
struct HttpsTarget {
  base::Endpoint server;  // connected to, whatever address the host of the URL has
  std::string url;
  std::optional<base::IpAddress> bind;
};

// The lines to one server over HTTPS (RFC 8484), as streams of HTTP/2 connections that are kept open. They trust the
// certificate authorities that TlsPeer trusts. Thread safety: none.
class HttpsLines : public DnsLines {
 public:
  HttpsLines(EventLoop& loop, HttpsTarget target) : loop_(loop), target_(std::move(target)) {}

  base::Result<std::unique_ptr<DnsLine>> Take(Transport transport, Time now) override;
  void GiveBack(std::unique_ptr<DnsLine>) override {}
  void Sweep(Time now) override;
  bool empty() const override { return session_ == nullptr; }

 private:
  EventLoop& loop_;
  const HttpsTarget target_;
  std::shared_ptr<HttpsSession> session_;
};

}  // namespace dialwatch::probes
