#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "base/ip_address.h"
#include "base/unique_fd.h"
#include "probes/dns/frame_reader.h"
#include "probes/dns/line.h"
#include "probes/dns/tls_peer.h"
#include "probes/dns/tls_stream.h"
#include "probes/event_loop.h"

namespace dialwatch::probes {

class TlsLine;

// One connection of DNS over TLS (RFC 7858), on which any number of lines wait for their replies, told apart by ID
// (RFC 7766 §6.2.1). Lives while a line or TlsLines holds it. Thread safety: none; use it on its loop's thread only.
class TlsConnection : public std::enable_shared_from_this<TlsConnection> {
 public:
  using Time = DnsLine::Time;

  TlsConnection(EventLoop& loop, std::shared_ptr<TlsPeer> peer, const base::Endpoint& server,
                const std::optional<base::IpAddress>& bind);
  ~TlsConnection();
  TlsConnection(const TlsConnection&) = delete;
  TlsConnection& operator=(const TlsConnection&) = delete;

  // Writes the line's query with an ID that no other on this connection has: now, or once connected, which the first
  // one begins. A failure is that of a system call.
  std::optional<DnsFailure> Send(TlsLine& line);
  // The line is gone. Unanswered, its ID is not used again, and a connection that has been silent since is not either.
  void Forget(TlsLine& line);

  // Whether another query may be sent on it.
  bool Fit(Time now) const { return keep_.Fit(now); }
  std::string_view Awaited() const;

 private:
  std::optional<DnsFailure> Connect();
  void OnReady(bool readable, bool writable);
  std::optional<DnsFailure> BeginTls();
  void ReadSocket();
  void TakeText(std::span<const std::uint8_t> text);
  void Write(TlsLine& line);
  void Flush();
  void FailAtEnd();
  void Fail(const DnsFailure& why);

  EventLoop& loop_;
  const std::shared_ptr<TlsPeer> peer_;
  const base::Endpoint server_;
  const std::optional<base::IpAddress> bind_;
  KeepOpen keep_;
  base::UniqueFd fd_;
  std::unique_ptr<FdWatcher> watcher_;
  std::optional<TlsStream> stream_;  // once the TCP connection stands
  FrameReader frames_;
  std::map<std::uint16_t, TlsLine*> waiting_;  // by ID
  std::set<std::uint16_t> forgotten_;          // IDs to which a late reply may come
  std::optional<DnsFailure> send_failure_;     // to be told from the loop
};

// A query and its place on a connection.
class TlsLine : public DnsLine {
 public:
  explicit TlsLine(std::shared_ptr<TlsConnection> connection) : connection_(std::move(connection)) {}
  ~TlsLine() override { connection_->Forget(*this); }
  TlsLine(const TlsLine&) = delete;
  TlsLine& operator=(const TlsLine&) = delete;

  std::optional<DnsFailure> Send(const DnsQuery& query, Receive receive) override;
  const DnsQuery& query() const override { return query_; }
  Time sent_at() const override { return sent_at_; }
  std::string_view Awaited() const override { return connection_->Awaited(); }

 private:
  friend TlsConnection;
  bool Hand(const DnsArrival& arrival) {
    const Receive receive = receive_;  // a copy: the receiver may destroy the line
    return receive(arrival);
  }

  const std::shared_ptr<TlsConnection> connection_;
  DnsQuery query_;
  Receive receive_;
  Time sent_at_{};
  bool kept_open_ = false;  // sent on a connection that stood already
};

}  // namespace dialwatch::probes
