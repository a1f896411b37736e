#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "probes/dns/query.h"
#include "probes/dns/sample.h"
#include "probes/event_loop.h"

namespace dialwatch::probes {

// One question to one server. The recursion-desired flag follows from via.kind: set for a resolver, clear for an
// authoritative server.
struct DnsQuestion {
  std::string host;  // normalized
  RecordType type = RecordType::kA;
  Via via;
  Transport transport = Transport::kUdp;
  Duration timeout = std::chrono::seconds(2);  // for the whole exchange: sends, retries and TCP
  Purpose purpose = Purpose::kName;
  std::string zone = {};  // kControl: goes into the sample
  RecordClass record_class = RecordClass::kIn;
  bool dnssec_ok = false;
  bool checking_disabled = false;
  bool keep_additional = false;  // the sample keeps the additional section: glue
  std::string tls_name = {};     // as in config::Resolver
  std::string url = {};
};

// The question to one of a resolver's addresses, over the resolver's own transport.
DnsQuestion QuestionTo(const config::Resolver& resolver, const Endpoint& address, std::string host, RecordType type,
                       Duration timeout);

// Asks DNS questions. c-ares, OpenSSL and libcurl carry the octets; what is asked, when it is asked again, and what
// counts as the reply is decided here. Over UDP: sent at once and, from another source port, once more at half the
// timeout; truncated → TCP. Over TLS and HTTPS: on connections that are kept open, a new one where the old turns out to
// be dead. Never another server than the one in the question.
// Thread safety: none; use it on its loop's thread only.
class DnsClient {
 public:
  using Done = std::function<void(DnsSample)>;

  // `bind`: source address of queries of its family.
  DnsClient(EventLoop& loop, std::optional<base::IpAddress> bind);
  ~DnsClient();  // questions in flight end without their Done
  DnsClient(const DnsClient&) = delete;
  DnsClient& operator=(const DnsClient&) = delete;

  // `done` is called exactly once, later and from the loop, by the question's timeout at the latest. It may ask again,
  // but not destroy the client.
  void Ask(const DnsQuestion& question, Done done);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dialwatch::probes
