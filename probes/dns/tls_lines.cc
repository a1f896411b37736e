#include "probes/dns/tls_lines.h"

namespace dialwatch::probes {

base::Result<std::unique_ptr<DnsLine>> TlsLines::Take(Transport, Time now) {
  if (!peer_) {
    auto made = TlsPeer::Make(server_.address, tls_name_);
    if (!made) return made.error();
    peer_ = *std::move(made);
  }
  if (!connection_ || !connection_->Fit(now)) {
    connection_ = std::make_shared<TlsConnection>(loop_, peer_, server_, bind_);
  }
  return std::unique_ptr<DnsLine>(std::make_unique<TlsLine>(connection_));
}

void TlsLines::Sweep(Time now) {
  if (connection_ && !connection_->Fit(now)) connection_ = nullptr;
}

}  // namespace dialwatch::probes
