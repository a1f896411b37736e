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
#include "probes/dns/query.h"
#include "probes/dns/sample.h"

namespace dialwatch::probes {

// Why a query cannot be answered any more.
struct DnsFailure {
  DnsOutcome outcome = DnsOutcome::kUnreachable;
  std::string error;
  bool stale = false;  // a connection kept open had died before the query came to it: a new one may fare better
};

// Of a system call. What no server can help is told as a question not asked, not as a server not reached. A source
// address that we no longer have is not among it: then there is no way out, which the diagnosis has to know.
DnsFailure FailureOf(const std::error_code& error);

// A message from the server, whatever it is, or why none can come any more.
struct DnsArrival {
  std::span<const std::uint8_t> message{};
  std::chrono::seconds age{0};  // that it spent in a cache of HTTP (RFC 8484 §5.1)
  std::optional<DnsFailure> failure{};
};

// Carries one query at a time to one server, and what comes back. How it does so is the transport's matter; what it
// means is that of DnsExchange. Destroying it forgets the query. Thread safety: none; use it on its loop's thread only.
class DnsLine {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // False: enough has been heard. May send again, or destroy the line if it returns false.
  using Receive = std::function<bool(const DnsArrival&)>;

  virtual ~DnsLine() = default;

  // Sends `query`, with the ID that the transport wants, after it has connected where that is needed. `receive` is
  // called later, from the loop. A failure: the query has not left, and the line is of no more use.
  virtual std::optional<DnsFailure> Send(const DnsQuery& query, Receive receive) = 0;
  // The query as sent last, and when it left: connecting is not part of its round trip.
  virtual const DnsQuery& query() const = 0;
  virtual Time sent_at() const = 0;
  // What the server owes before the query can leave: "the TLS handshake"; "" where it has left.
  virtual std::string_view Awaited() const { return {}; }
};

// How long a connection is kept for more questions. It is renewed slowly, so that another server behind an anycast
// address has its turn.
struct KeepOpen {
  static constexpr std::chrono::minutes kMaxAge{5};
  static constexpr std::chrono::minutes kMaxIdle{2};
  // Data that the peer's system has not confirmed for so long mean a dead path, such as a NAT that forgot the
  // connection; TCP alone would try for a quarter of an hour (RFC 5482).
  static constexpr unsigned kUnconfirmed = 1000;  // ms

  DnsLine::Time made_at = std::chrono::steady_clock::now();
  DnsLine::Time used_at = made_at;  // a question was sent
  DnsLine::Time heard_at{};         // anything came from the server
  bool over = false;                // it is closed, or silent: no more questions

  bool Fit(DnsLine::Time now) const { return !over && now - made_at < kMaxAge && now - used_at < kMaxIdle; }
  // A question sent then goes without a reply.
  void Unanswered(DnsLine::Time sent_at) { over = over || heard_at < sent_at; }
};

// The lines to one server over one family of transports: connections and ports that outlive a question.
class DnsLines {
 public:
  using Time = DnsLine::Time;

  virtual ~DnsLines() = default;

  // Outlives the line. Errors: what keeps us from asking.
  virtual base::Result<std::unique_ptr<DnsLine>> Take(Transport transport, Time now) = 0;
  // A line that Take gave and whose query was answered; any other is destroyed instead.
  virtual void GiveBack(std::unique_ptr<DnsLine> line) = 0;
  // Closes what is too old or unused for too long.
  virtual void Sweep(Time now) = 0;
  virtual bool empty() const = 0;
};

}  // namespace dialwatch::probes
