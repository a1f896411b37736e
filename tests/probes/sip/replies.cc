#include "tests/probes/sip/replies.h"

#include <fmt/format.h>

#include <stdexcept>

namespace dialwatch::probes::test {

SipArrival Read(std::string_view octets) {
  auto arrival = ReadSipMessage(octets);
  if (!arrival) throw std::runtime_error(arrival.error().what);
  return *std::move(arrival);
}

std::string Write(const SipArrival& request, const Reply& reply) {
  SipMessage response{.status = reply.status, .reason = "Reason"};
  for (const SipHeader& header : request.message.headers) {
    if (header.name == "To" && request.ids.to_tag.empty() && !reply.to_tag.empty()) {
      response.Add("To", header.value + ";tag=" + reply.to_tag);
    } else if (header.name == "Via" || header.name == "From" || header.name == "To" || header.name == "Call-ID" ||
               header.name == "CSeq") {
      response.headers.push_back(header);
    }
  }
  response.headers.insert(response.headers.end(), reply.headers.begin(), reply.headers.end());
  response.body = reply.body;
  return WriteSipMessage(response);
}

std::string Request(const SipArrival& invite, std::string_view method, std::uint32_t cseq,
                    const std::vector<SipHeader>& headers, std::string_view body) {
  static int branch = 0;
  SipMessage request{.method = std::string(method), .uri = "sip:dialwatch@192.0.2.1:5070"};
  request.Add("Via", fmt::format("SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKdialer{}", ++branch))
      .Add("From", std::string(*invite.message.Find("To")) + ";tag=dialer")
      .Add("To", *invite.message.Find("From"))
      .Add("Call-ID", invite.ids.call_id)
      .Add("CSeq", fmt::format("{} {}", cseq, method));
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  request.body = body;
  return WriteSipMessage(request);
}

std::string Sdp(std::string_view address, std::string_view rest) {
  return fmt::format("v=0\r\no=- 1 1 IN IP4 {}\r\ns=-\r\nc=IN IP4 {}\r\nt=0 0\r\nm=audio 12344 RTP/AVP 0\r\n{}",
                     address, address, rest);
}

}  // namespace dialwatch::probes::test
