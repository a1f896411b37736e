#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "probes/call/mark.h"
#include "probes/call/media.h"
#include "probes/call/sample.h"
#include "probes/event_loop.h"
#include "probes/rtp/pacer.h"
#include "probes/rtp/socket.h"
#include "probes/rtp/stream.h"

namespace dialwatch::probes {

struct TalkPlan {
  std::uint32_t packets = 100;  // that are counted
  std::chrono::milliseconds spacing{20};
  int dscp = 46;                             // RFC 3246
  std::chrono::milliseconds patience{1000};  // after the last packet that counts
};

// The media of a call to an extension that sends all audio back. The first packets are not counted: a dialer's strict
// RTP drops some until it has learned where we are. Nor are those at the end, which only push what came before through
// a dialer's jitter buffer, until all is back or patience is over. Thread safety: none; use it on its loop's thread
// only.
class EchoTalk {
 public:
  EchoTalk(EventLoop& loop, TalkPlan plan);
  EchoTalk(const EchoTalk&) = delete;
  EchoTalk& operator=(const EchoTalk&) = delete;

  // For one call, which it must outlive.
  CallMedia media();
  // Once that has stopped; nothing where it never began.
  std::optional<TalkSample> Conclude() const;

 private:
  void Start(const SdpAnswer& answer, std::function<void()> done);
  void Stop();
  std::optional<RtpStream::Time> Step();
  void Send(std::uint32_t index);
  void Receive();
  void Take(const RtpSocket::Datagram& datagram);

  EventLoop& loop_;
  const TalkPlan plan_;
  std::optional<RtpSocket> socket_;
  std::unique_ptr<FdWatcher> watcher_;
  Pacer pacer_;  // of its own: it ends with the call
  std::function<void()> done_;
  std::optional<base::Endpoint> remote_;
  std::string link_error_;
  TalkMark mark_;
  std::optional<RtpStream> stream_;  // once it has begun
  std::uint32_t next_ = 0;
  std::uint32_t foreign_ = 0;
};

}  // namespace dialwatch::probes
