#include "probes/dns/https_lines.h"

#include "probes/dns/https_line.h"

namespace dialwatch::probes {

base::Result<std::unique_ptr<DnsLine>> HttpsLines::Take(Transport, Time now) {
  if (!session_ || !session_->Fit(now)) session_ = HttpsSession::Make(loop_);
  if (!session_) return base::Error{"libcurl: no memory"};
  return std::unique_ptr<DnsLine>(std::make_unique<HttpsLine>(target_, session_));
}

void HttpsLines::Sweep(Time now) {
  if (session_ && !session_->Fit(now)) session_ = nullptr;
}

}  // namespace dialwatch::probes
