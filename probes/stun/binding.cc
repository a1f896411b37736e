#include "probes/stun/binding.h"

#include <stun/stunagent.h>

#include <algorithm>
#include <string_view>

#include "base/printable.h"
#include "base/random.h"

namespace dialwatch::probes {
namespace {

using base::Endpoint;

constexpr int kOtherAddress = 0x802C;    // RFC 5780 §7.4
constexpr int kChangedAddress = 0x0005;  // the same of a server of RFC 3489 (§11.2.3)
constexpr std::uint8_t kChangeRequest[] = {0x00, 0x03, 0x00, 0x04, 0x00, 0x00, 0x00};  // RFC 5780 §7.2, but its flags
constexpr std::uint8_t kChangeAddressFlag = 0x04, kChangePortFlag = 0x02;
constexpr std::string_view kSoftware = "dialwatch: is anybody there?";  // for who finds it in a trace
constexpr std::uint8_t kResponsePort[] = {0x00, 0x27, 0x00, 0x04};  // RFC 5780 §7.5: the port and two octets of padding

// An agent that has sent no request yet. It knows the attributes of RFC 3489 too, since servers of that age send them.
StunAgent NewAgent(StunAgentUsageFlags usage) {
  StunAgent agent{};
  stun_agent_init(&agent, STUN_ALL_KNOWN_ATTRIBUTES, STUN_COMPATIBILITY_RFC5389, usage);
  return agent;
}

StunMessage StartRequest(StunAgent* agent, const TransactionId& id, std::span<std::uint8_t> buffer) {
  StunMessage request{};
  request.agent = agent;
  request.buffer = buffer.data();
  request.buffer_len = buffer.size();
  stun_message_init(&request, STUN_REQUEST, STUN_BINDING, id.data());
  return request;
}

struct Validation {
  StunMessage message;
  StunValidationStatus status;
};

// The request waits for its answer in an agent of this thread, for the length of one validation only. So the agent's
// 200 slots never fill, no verdict can use up a transaction that is still open, and its scan ends at the first slot.
Validation Validate(TransactionId id, std::span<const std::uint8_t> datagram) {
  constexpr StunAgentUsageFlags kUsage = STUN_AGENT_USAGE_IGNORE_CREDENTIALS;
  thread_local StunAgent agent = NewAgent(kUsage);
  BindingRequest buffer;
  StunMessage request = StartRequest(&agent, id, buffer);
  stun_agent_finish_message(&agent, &request, nullptr, 0);  // notes the transaction

  StunMessage message{};
  message.agent = &agent;
  message.buffer = const_cast<std::uint8_t*>(datagram.data());  // is only read
  message.buffer_len = datagram.size();
  // asked for a fingerprint, libstun wants one in every reply, which only some servers send
  if (stun_message_has_attribute(&message, STUN_ATTRIBUTE_FINGERPRINT)) {
    agent.usage_flags = static_cast<StunAgentUsageFlags>(kUsage | STUN_AGENT_USAGE_USE_FINGERPRINT);
  }
  const auto status = stun_agent_validate(&agent, &message, datagram.data(), datagram.size(), nullptr, nullptr);
  agent.usage_flags = kUsage;
  stun_agent_forget_transaction(&agent, id.data());
  return {message, status};
}

BindingReply Malformed(std::string why) {
  BindingReply reply;
  reply.error = std::move(why);
  return reply;
}

std::string DescribeStatus(StunValidationStatus status) {
  switch (status) {
    case STUN_VALIDATION_BAD_REQUEST:
      return "the FINGERPRINT is wrong, or an error has no code";
    case STUN_VALIDATION_UNMATCHED_RESPONSE:
      return "it answers another request";
    case STUN_VALIDATION_UNKNOWN_ATTRIBUTE:
      return "it has an attribute that must be understood and is not known";  // RFC 8489 §6.3.3, §6.3.4
    default:
      return "it is no STUN message";
  }
}

std::optional<Endpoint> FindAddress(const StunMessage& message, int attribute) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const auto found = stun_message_find_addr(&message, static_cast<StunAttribute>(attribute), &address, &size);
  if (found != STUN_MESSAGE_RETURN_SUCCESS) return std::nullopt;
  return Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
}

BindingReply ReadMapping(const StunMessage& message) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto found = stun_message_find_xor_addr(&message, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, &address, &size);
  if (found == STUN_MESSAGE_RETURN_NOT_FOUND) {  // a server of RFC 3489
    found = stun_message_find_addr(&message, STUN_ATTRIBUTE_MAPPED_ADDRESS, &address, &size);
  }
  if (found == STUN_MESSAGE_RETURN_NOT_FOUND) return Malformed("the answer has no mapped address");
  if (found != STUN_MESSAGE_RETURN_SUCCESS) return Malformed("the mapped address cannot be read");
  BindingReply reply;
  reply.outcome = StunOutcome::kMapped;
  reply.mapped = Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&address));
  reply.other = FindAddress(message, kOtherAddress);
  if (!reply.other) reply.other = FindAddress(message, kChangedAddress);
  return reply;
}

bool IsBehindNat64(const base::IpAddress& server) {
  constexpr std::array<std::uint8_t, 12> kWellKnown{0x00, 0x64, 0xFF, 0x9B};  // RFC 6052 §2.1
  return server.is_v6() && std::equal(kWellKnown.begin(), kWellKnown.end(), server.octets());
}

BindingReply ReadError(const StunMessage& message) {
  BindingReply reply;
  if (stun_message_find_error(&message, &reply.error_code) != STUN_MESSAGE_RETURN_SUCCESS) {
    return Malformed("an error without a code");
  }
  reply.outcome = StunOutcome::kErrorResponse;
  std::uint16_t size = 0;
  const auto* value = static_cast<const char*>(stun_message_find(&message, STUN_ATTRIBUTE_ERROR_CODE, &size));
  constexpr std::size_t kCode = 4;  // RFC 8489 §14.8: the reason phrase follows
  reply.error = base::Printable({value + kCode, size - kCode});
  return reply;
}

}  // namespace

TransactionId NewTransactionId() {
  TransactionId id{0x21, 0x12, 0xA4, 0x42};  // RFC 8489 §5: the magic cookie
  base::RandomBytes(id.data() + 4, id.size() - 4);
  return id;
}

TransactionId ReadTransactionId(std::span<const std::uint8_t> datagram) {
  TransactionId id;
  std::ranges::copy(datagram.subspan(STUN_MESSAGE_TRANS_ID_POS, id.size()), id.begin());
  return id;
}

BindingRequest WriteBindingRequest(const TransactionId& id) {
  BindingRequest request;
  StartRequest(nullptr, id, request);
  return request;
}

std::vector<std::uint8_t> WriteSignedBindingRequest(const TransactionId& id) {
  StunAgent agent = NewAgent(STUN_AGENT_USAGE_USE_FINGERPRINT);
  std::vector<std::uint8_t> octets(128);
  StunMessage request = StartRequest(&agent, id, octets);
  stun_message_append_bytes(&request, STUN_ATTRIBUTE_SOFTWARE, kSoftware.data(), kSoftware.size());
  octets.resize(stun_agent_finish_message(&agent, &request, nullptr, 0));
  return octets;
}

std::vector<std::uint8_t> WriteBindingRequest(const TransactionId& id, const BindingWish& wish) {
  const BindingRequest plain = WriteBindingRequest(id);
  std::vector<std::uint8_t> request(plain.begin(), plain.end());
  if (wish.change_address || wish.change_port) {
    request.insert(request.end(), std::begin(kChangeRequest), std::end(kChangeRequest));
    request.push_back(static_cast<std::uint8_t>((wish.change_address ? kChangeAddressFlag : 0) |
                                                (wish.change_port ? kChangePortFlag : 0)));
  }
  if (wish.response_port) {
    request.insert(request.end(), std::begin(kResponsePort), std::end(kResponsePort));
    request.insert(request.end(), {static_cast<std::uint8_t>(*wish.response_port >> 8),
                                   static_cast<std::uint8_t>(*wish.response_port & 0xFF), 0, 0});
  }
  request[3] = static_cast<std::uint8_t>(request.size() - kStunHeaderSize);  // RFC 8489 §5: the length
  return request;
}

BindingReply ReadBindingReply(const TransactionId& id, std::span<const std::uint8_t> datagram) {
  if (auto fault = FindFramingFault(datagram)) return Malformed(std::move(*fault));
  const auto [message, status] = Validate(id, datagram);
  const StunClass kind = stun_message_get_class(&message);
  // libstun calls our own request valid when it comes back
  if (kind == STUN_REQUEST) return Malformed("a request came back instead of an answer");
  if (kind == STUN_INDICATION) return Malformed("an indication came instead of an answer");
  if (status != STUN_VALIDATION_SUCCESS) return Malformed(DescribeStatus(status));
  return kind == STUN_ERROR ? ReadError(message) : ReadMapping(message);
}

BindingReply ReadBindingReply(const TransactionId& id, std::span<const std::uint8_t> datagram,
                              const base::IpAddress& server) {
  BindingReply reply = ReadBindingReply(id, datagram);
  if (!reply.mapped || reply.mapped->address.is_v6() == server.is_v6() || IsBehindNat64(server)) return reply;
  return Malformed("the mapped address is of another family than the server's");
}

}  // namespace dialwatch::probes
