#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/settings.h"
#include "probes/dns/frame_reader.h"
#include "probes/dns/line.h"
#include "probes/event_loop.h"

struct ares_channeldata;

namespace dialwatch::probes {

// One c-ares channel, to one server over one transport, with one socket and at most one query on it. c-ares opens the
// socket and sends; its socket functions are ours, so that the octets on the wire are those of the query (1.34 would
// put in another ID and a cookie), and what comes in is read here and never reaches c-ares (1.18 takes a reply without
// a question for silence, 1.34 hands on a rewritten one). Thread safety: none; use it on its loop's thread only.
class DnsChannel : public DnsLine {
 public:
  // `bind` is heeded where it is of the server's family. Errors: c-ares has no memory.
  static base::Result<std::unique_ptr<DnsChannel>> Make(EventLoop& loop, const base::Endpoint& server,
                                                        config::Transport transport,
                                                        const std::optional<base::IpAddress>& bind);
  ~DnsChannel() override;
  DnsChannel(const DnsChannel&) = delete;
  DnsChannel& operator=(const DnsChannel&) = delete;

  std::optional<DnsFailure> Send(const DnsQuery& query, Receive receive) override;
  const DnsQuery& query() const override { return query_; }
  Time sent_at() const override { return sent_at_; }

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
  bool Hand(const DnsArrival& arrival);
  void FailUnlessWaiting();  // by errno
  void Fail(DnsFailure why);

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
