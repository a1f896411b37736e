#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "probes/dns/tls_connection.h"

namespace dialwatch::probes {

// The lines to one server over TLS, all on one connection that is kept open. Thread safety: none.
class TlsLines : public DnsLines {
 public:
  TlsLines(EventLoop& loop, const base::Endpoint& server, std::string tls_name,
           const std::optional<base::IpAddress>& bind)
      : loop_(loop), server_(server), tls_name_(std::move(tls_name)), bind_(bind) {}

  base::Result<std::unique_ptr<DnsLine>> Take(Transport transport, Time now) override;
  void GiveBack(std::unique_ptr<DnsLine>) override {}  // the connection is kept, not the line
  void Sweep(Time now) override;
  bool empty() const override { return connection_ == nullptr; }

 private:
  EventLoop& loop_;
  const base::Endpoint server_;
  const std::string tls_name_;
  const std::optional<base::IpAddress> bind_;
  std::shared_ptr<TlsPeer> peer_;
  std::shared_ptr<TlsConnection> connection_;
};

}  // namespace dialwatch::probes
