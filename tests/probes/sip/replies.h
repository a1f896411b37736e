#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/sip/message.h"

namespace dialwatch::probes::test {

// A request of ours as the other side reads it; throws where it cannot.
SipArrival Read(std::string_view octets);

// What a dialer answers to a request of ours.
struct Reply {
  int status = 200;
  std::string to_tag = "dialer";
  std::vector<SipHeader> headers = {};
  std::string body = {};
};
std::string Write(const SipArrival& request, const Reply& reply);
inline std::string Write(std::string_view request, const Reply& reply) {
  return Write(Read(request), reply);
}

// What a dialer asks within the call that `invite` began.
std::string Request(const SipArrival& invite, std::string_view method, std::uint32_t cseq,
                    const std::vector<SipHeader>& headers = {}, std::string_view body = {});

// A session description as an answer has it.
std::string Sdp(std::string_view address = "203.0.113.5", std::string_view rest = "");

}  // namespace dialwatch::probes::test
