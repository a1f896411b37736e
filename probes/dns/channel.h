#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "base/result.h"
#include "config/settings.h"
#include "probes/dns/frame_reader.h"
#include "probes/dns/query.h"
#include "probes/event_loop.h"

struct ares_channeldata;

namespace dialwatch::probes {

// One c-ares channel, to one server over one transport, with one socket and at most one query on it. c-ares opens the
// socket and sends; its socket functions are ours, so that the octets on the wire are those of the query (1.34 would
// put in another ID and a cookie), and what comes in is read here and never reaches c-ares (1.18 takes a reply without
// a question for silence, 1.34 hands on a rewritten one). Thread safety: none; use it on its loop's thread only.
class DnsChannel {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // A message from the server, whatever it is, or why none can come any more. False: enough has been heard. May send
  // again or destroy the channel if it returns false.
  using Receive = std::function<bool(const base::Result<std::span<const std::uint8_t>>&)>;

  // `bind` is heeded where it is of the server's family. Errors: c-ares has no memory.
  static base::Result<std::unique_ptr<DnsChannel>> Make(EventLoop& loop, const base::Endpoint& server,
                                                        config::Transport transport,
                                                        const std::optional<base::IpAddress>& bind);
  ~DnsChannel();
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  // Sends `query` with a random ID; over TCP it connects first. An error is that of the system call that failed: the
  // query has not left then, and the channel is of no more use.
  std::error_code Send(const DnsQuery& query, Receive receive);
  // The query as sent last, and when.
  const DnsQuery& query() const { return query_; }
  Time sent_at() const { return sent_at_; }

  // The query is over; the socket stays open for the next one. What comes in between is thrown away.
  void EndQuery();

  config::Transport transport() const { return transport_; }
  Time made_at() const { return made_at_; }
  int sends() const { return sends_; }
  bool broken() const { return broken_; }  // the socket failed while nobody listened

 private:
  struct Hooks;  // c-ares' socket functions

  DnsChannel(EventLoop& loop, const base::Endpoint& server, config::Transport transport,
             const std::optional<base::IpAddress>& bind);
  base::Status Init();
  void OnReady(bool readable, bool writable);
  void ReadDatagrams();
  void ReadStream();
  bool Hand(const base::Result<std::span<const std::uint8_t>>& arrival);
  void FailUnlessWaiting();  // by errno
  void Fail(std::string why);

  EventLoop& loop_;
  const base::Endpoint server_;
  const config::Transport transport_;
  const std::optional<base::IpAddress> bind_;
  const Time made_at_;

  struct Destroy {
    void operator()(ares_channeldata* channel) const;
  };
  int socket_ = -1;  // opened and closed by Hooks
  std::unique_ptr<FdWatcher> watcher_;
  std::unique_ptr<ares_channeldata, Destroy> ares_;

  DnsQuery query_;
  std::size_t written_ = 0;  // of the TCP frame
  Time sent_at_{};
  int errno_ = 0;  // of the socket function that failed in the last Send
  int sends_ = 0;
  bool broken_ = false;
  Receive receive_;
  FrameReader frames_;
};

}  // namespace dialwatch::probes
