#include "tests/lab/dns_query.h"

#include <arpa/inet.h>
#include <ldns/ldns.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace dialwatch::lab {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Packet = std::unique_ptr<ldns_pkt, Deleter<ldns_pkt_free>>;
using Buffer = std::unique_ptr<ldns_buffer, Deleter<ldns_buffer_free>>;
using Octets = std::unique_ptr<std::uint8_t, Deleter<std::free>>;
using Text = std::unique_ptr<char, Deleter<std::free>>;

constexpr std::uint16_t kUdpSize = 1232;

void ReadOptions(ldns_pkt* packet, DnsReply* reply) {
  const ldns_edns_option_list* options = ldns_pkt_edns_get_option_list(packet);
  for (std::size_t i = 0; options != nullptr && i < ldns_edns_option_list_get_count(options); ++i) {
    const ldns_edns_option* option = ldns_edns_option_list_get_option(options, i);
    const std::uint8_t* data = ldns_edns_get_data(option);
    const std::size_t size = ldns_edns_get_size(option);
    if (ldns_edns_get_code(option) == LDNS_EDNS_NSID) reply->nsid.assign(data, data + size);
    if (ldns_edns_get_code(option) == LDNS_EDNS_EDE && size >= 2) reply->ede.push_back(data[0] * 256 + data[1]);
  }
}

Packet MakeQuery(const std::string& host, const std::string& type) {
  ldns_pkt* packet = nullptr;
  if (ldns_pkt_query_new_frm_str(&packet, host.c_str(), ldns_get_rr_type_by_name(type.c_str()), LDNS_RR_CLASS_IN,
                                 LDNS_RD) != LDNS_STATUS_OK) {
    throw std::runtime_error("not a DNS name: " + host);
  }
  ldns_pkt_set_random_id(packet);
  ldns_pkt_set_edns_udp_size(packet, kUdpSize);
  ldns_edns_option_list* options = ldns_edns_option_list_new();
  ldns_edns_option_list_push(options, ldns_edns_new_from_data(LDNS_EDNS_NSID, 0, nullptr));
  ldns_pkt_set_edns_option_list(packet, options);
  return Packet(packet);
}

Packet Exchange(const std::string& server, const Packet& query, std::chrono::milliseconds timeout) {
  const Buffer wire(ldns_buffer_new(LDNS_MAX_PACKETLEN));
  if (ldns_pkt2buffer_wire(wire.get(), query.get()) != LDNS_STATUS_OK) return nullptr;
  sockaddr_storage address{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(LDNS_PORT);
  inet_pton(AF_INET, server.c_str(), &v4.sin_addr);
  std::uint8_t* reply = nullptr;
  std::size_t size = 0;
  const timeval patience{timeout.count() / 1000, timeout.count() % 1000 * 1000};
  if (ldns_udp_send(&reply, wire.get(), &address, sizeof v4, patience, &size) != LDNS_STATUS_OK) return nullptr;
  const Octets owned(reply);
  ldns_pkt* packet = nullptr;
  if (ldns_wire2pkt(&packet, reply, size) != LDNS_STATUS_OK) return nullptr;
  Packet parsed(packet);
  return ldns_pkt_id(packet) == ldns_pkt_id(query.get()) ? std::move(parsed) : nullptr;
}

}  // namespace

std::optional<DnsReply> Ask(const std::string& server, const std::string& host, const std::string& type,
                            std::chrono::milliseconds timeout) {
  const Packet packet = Exchange(server, MakeQuery(host, type), timeout);
  if (!packet) return std::nullopt;
  DnsReply reply{ldns_pkt_get_rcode(packet.get()), ldns_pkt_aa(packet.get()), {}, 0, 0, {}, {}};
  ReadOptions(packet.get(), &reply);
  const ldns_rr_list* answers = ldns_pkt_answer(packet.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(answers); ++i) {
    const ldns_rr* record = ldns_rr_list_rr(answers, i);
    if (i == 0) reply.ttl = ldns_rr_ttl(record);
    if (ldns_rr_get_type(record) == LDNS_RR_TYPE_A) {
      reply.addresses.emplace_back(Text(ldns_rdf2str(ldns_rr_rdf(record, 0))).get());
    } else if (ldns_rr_get_type(record) == LDNS_RR_TYPE_SOA) {
      reply.serial = ldns_rdf2native_int32(ldns_rr_rdf(record, 2));
    }
  }
  std::sort(reply.addresses.begin(), reply.addresses.end());
  return reply;
}

}  // namespace dialwatch::lab
