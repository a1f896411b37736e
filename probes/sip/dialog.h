#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "config/transport.h"
#include "probes/sip/message.h"

namespace dialwatch::probes {

// Who calls whom, from where, for all requests of one call (RFC 3261 §8.1.1).
struct SipParty {
  std::string target;  // the URI that is called, "sip:9196@d1.example.com"
  std::string from;    // ours, "sip:dialwatch@192.0.2.1"
  base::Endpoint local;
  config::Transport transport = config::Transport::kUdp;  // kUdp, kTcp or kTls
  std::string call_id;
  std::string tag;  // ours

  // With a new Call-ID and tag, which nobody can guess (§19.3).
  static SipParty New(std::string target, std::string from, const base::Endpoint& local, config::Transport transport);

  bool reliable() const { return transport != config::Transport::kUdp; }
  // A Via with a new branch.
  std::string NewVia() const;
  std::string Contact() const;
  // A request outside of any dialog.
  SipMessage NewRequest(std::string_view method, std::uint32_t cseq) const;
};

// `SIP/2.0 status reason` to a request, with what must be taken over from it (RFC 3261 §8.2.6). `tag` is added to a To
// that has none.
SipMessage NewSipResponse(const SipArrival& request, int status, std::string_view reason, std::string_view tag);

// A call that was answered (RFC 3261 §12): who the other side is, and how requests reach it. Requests go to the address
// that was called, whatever its Contact or Record-Route say: that address is what is watched, and no stranger's reply
// is to choose where we send; both stand in the request all the same. Value type.
class SipDialog {
 public:
  // Of a 2xx to `invite`. Takes any: what has neither tag nor Contact must be ended too.
  static SipDialog FromAnswer(const SipParty& party, const SipMessage& invite, const SipArrival& answer);

  const std::string& remote_tag() const { return remote_tag_; }

  // Whether a request or response of the other side belongs to it.
  bool Owns(const SipParty& party, const SipArrival& arrival) const;

  // The next request in it.
  SipMessage NewRequest(const SipParty& party, std::string_view method);
  // The ACK of the 2xx (§13.2.2.4): a request of its own, with the CSeq number and the credentials of the INVITE.
  SipMessage NewAck(const SipParty& party, const SipMessage& invite) const;

  // False for a request that is older than one that came before it (§12.2.2).
  bool TakeRemoteCseq(std::uint32_t cseq);
  // From a 2xx or a request that renews where it is (§12.2.1.2).
  void TakeContact(const SipMessage& message);

 private:
  SipMessage Frame(const SipParty& party, std::string_view method, std::uint32_t cseq) const;

  std::string remote_tag_;
  std::string to_;       // the other side's To, with its tag
  std::string contact_;  // URI
  std::vector<std::string> routes_;
  std::uint32_t cseq_ = 0;
  std::optional<std::uint32_t> remote_cseq_;
};

}  // namespace dialwatch::probes
