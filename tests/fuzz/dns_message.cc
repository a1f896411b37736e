#include <algorithm>
#include <cstdlib>
#include <span>

#include "probes/dns/edns.h"
#include "probes/dns/frame_reader.h"
#include "probes/dns/message.h"
#include "probes/dns/query.h"

using namespace dialwatch::probes;

// What a stranger may send us: a datagram, or a TCP stream of which the first octet says how it is dealt out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> octets(data, size);
  static const DnsQuery query = *MakeQuery("d1.example.com", RecordType::kA, {});
  static_cast<void>(MatchReply(query, octets));

  if (const auto message = ReadDnsMessage(octets)) {
    std::size_t text = 0;
    for (const auto* section : {&message->answers, &message->authority, &message->additional}) {
      for (const DnsRecord& record : *section) {
        text += record.owner.size() + record.data.size();
        if (record.ttl > 0x7FFFFFFF || record.type == RecordType::kOpt) std::abort();
      }
    }
    if (text > 600 * 1024 || message->rcode > 0xFFF) std::abort();
    if (message->edns) {
      static_cast<void>(NsidText(*message->edns));
      if (ExtendedErrors(*message->edns).size() > message->edns->options.size()) std::abort();
    }
  } else if (!message.error().what.starts_with("octet ")) {
    std::abort();
  }

  if (size < 2) return 0;
  FrameReader frames;
  std::size_t framed = 0;
  for (std::size_t at = 1, step = 1U + octets[0]; at < size; at += step) {
    frames.Add(octets.subspan(at, std::min(step, size - at)));
    while (const auto message = frames.Next()) framed += 2 + message->size();
  }
  if (framed > size - 1) std::abort();
  static_cast<void>(frames.DescribeEnd());
  return 0;
}
