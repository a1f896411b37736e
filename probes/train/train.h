#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "probes/rtp/codec.h"
#include "probes/rtp/stream.h"
#include "probes/train/key.h"
#include "probes/train/sample.h"
#include "probes/train/token.h"

namespace dialwatch::probes {

// What to send, and to whom.
struct TrainPlan {
  MediaSubject subject;
  std::uint64_t round = 0;
  std::shared_ptr<const TrainKeys> keys;  // of this thread alone; at least one
  std::optional<base::IpAddress> bind;
  RtpCodec codec = kPcmu;
  std::uint32_t packets = 50;
  std::chrono::milliseconds spacing{20};
  int dscp = 46;  // RFC 3246: expedited forwarding, as voice has it
  // After the last packet; one that takes longer is lost to any conversation.
  std::chrono::milliseconds patience{1000};
};

// Octets of RTP a packet of `spacing` has: those of the codec, but never fewer than an echo token needs.
std::size_t TrainPacketSize(const RtpCodec& codec, std::chrono::milliseconds spacing);

// From its first packet to the end of patience with its last.
std::chrono::milliseconds LengthOf(const TrainPlan& plan);

// One train of packets to a reflector and what comes back, over whatever carries them. The first packets open the way
// (NAT, ARP, a slow start) and are not counted. Who has it calls Step when it is due, and Receive with what comes.
// Thread safety: none.
class Train {
 public:
  using Time = RtpStream::Time;
  using Send = std::function<int(std::span<const std::uint8_t>)>;  // 0, or errno

  // While packets are missing, the reflector is asked so often in the time of patience how many it got.
  static constexpr std::uint32_t kQuestions = 3;

  Train(TrainPlan plan, Time start, Send send);

  // Sends what is due and says when to come again; nothing: the train is over.
  std::optional<Time> Step();
  // `at`: of the steady clock.
  void Receive(std::span<const std::uint8_t> datagram, std::chrono::nanoseconds at);

  // What the carrier knows.
  struct Link {
    base::Endpoint local;
    std::uint32_t refusals = 0;  // ICMP errors
    std::string error;           // of the newest of these, or why there is no link
  };
  TrainSample Conclude(const Link& link) const;

 private:
  Time NextDue() const;
  void SendPacket(std::uint32_t index);
  void Take(const TrainToken& token, std::chrono::nanoseconds at);

  const TrainPlan plan_;
  const Send send_;
  RtpStream stream_;
  std::uint64_t id_ = 0;
  std::vector<std::uint8_t> silence_;
  std::uint32_t next_ = 0;       // of the train
  std::uint32_t questions_ = 0;  // asked, or not needed
  std::string echoed_by_;
};

}  // namespace dialwatch::probes
