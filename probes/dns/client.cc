#include "probes/dns/client.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "probes/dns/channel_pool.h"
#include "probes/dns/exchange.h"
#include "probes/dns/https_lines.h"
#include "probes/dns/timer_wheel.h"
#include "probes/dns/tls_lines.h"

namespace dialwatch::probes {
namespace {

// Unanswered questions a server may have. A channel of c-ares 1.18 takes 74 kB and a question to a silent server two
// of them, so this bounds what one such server can cost at 38 MB.
constexpr std::size_t kMaxInFlight = 256;

constexpr std::chrono::minutes kSweep{1};

}  // namespace

class DnsClient::Impl {
 public:
  Impl(EventLoop& loop, const std::optional<base::IpAddress>& bind)
      : loop_(loop), bind_(bind), tick_(loop), soon_(loop), sweep_(loop) {
    sweep_.StartRepeating(kSweep, [this] { Sweep(); });
  }

  void Ask(const DnsQuestion& question, Done done) {
    const auto now = std::chrono::steady_clock::now();
    Server& server = servers_[KeyOf(question)];
    if (!server.lines) server.lines = MakeLines(question);
    auto asked = Wheel::Make(question, server, std::move(done));
    const auto handle = asked.begin();
    DnsExchange& exchange = handle->value.exchange;
    if (server.in_flight++ >= kMaxInFlight) {
      exchange.Refuse(fmt::format("{} questions to {} are unanswered", kMaxInFlight, question.via.ToString()));
    } else if (exchange.Start(now, [this, handle] { Finish(wheel_.Take(handle)); })) {
      return Wait(asked, handle);
    }
    if (ended_.empty()) soon_.Start({}, [this] { FinishEnded(); });
    ended_.splice(ended_.end(), asked);
  }

 private:
  // UDP and TCP share a server, since one reply may lead from the one to the other. The text is the TLS name or the
  // URL.
  using ServerKey = std::tuple<Endpoint, Transport, std::string>;
  struct Server {
    std::unique_ptr<DnsLines> lines;
    std::size_t in_flight = 0;
  };

  static ServerKey KeyOf(const DnsQuestion& question) {
    const Endpoint& server = question.via.server;
    switch (question.transport) {
      case Transport::kTls:
        return {server, Transport::kTls, question.tls_name};
      case Transport::kHttps:
        return {server, Transport::kHttps, question.url};
      default:
        return {server, Transport::kUdp, ""};
    }
  }

  std::unique_ptr<DnsLines> MakeLines(const DnsQuestion& question) {
    const Endpoint& server = question.via.server;
    switch (question.transport) {
      case Transport::kTls:
        return std::make_unique<TlsLines>(loop_, server, question.tls_name, bind_);
      case Transport::kHttps:
        return std::make_unique<HttpsLines>(loop_, HttpsTarget{server, question.url, bind_});
      default:
        return std::make_unique<DnsChannelPool>(loop_, server, bind_);
    }
  }

  struct Asked {
    Asked(const DnsQuestion& question, Server& to, Done then)
        : exchange(question, *to.lines), server(to), done(std::move(then)) {}
    DnsExchange exchange;
    Server& server;
    Done done;
  };
  using Wheel = TimerWheel<Asked>;

  void Wait(Wheel::Entries& from, Wheel::Handle asked) {
    wheel_.Add(from, asked, asked->value.exchange.due());
    if (!std::exchange(ticking_, true)) tick_.StartRepeating(Wheel::kTick, [this] { Tick(); });
  }

  void Finish(Wheel::Entries over) {
    Asked& asked = over.front().value;
    --asked.server.in_flight;
    asked.done(std::move(asked.exchange.sample()));
  }

  void Tick() {
    const auto now = std::chrono::steady_clock::now();
    auto due = wheel_.TakeDue(now);
    while (!due.empty()) {
      Wheel::Entries one;
      one.splice(one.end(), due, due.begin());
      if (one.front().value.exchange.OnDue(now)) {
        Wait(one, one.begin());
      } else {
        Finish(std::move(one));
      }
    }
    if (!wheel_.empty()) return;
    ticking_ = false;
    tick_.Stop();
  }

  void FinishEnded() {
    auto ended = std::exchange(ended_, {});
    while (!ended.empty()) {
      Wheel::Entries one;
      one.splice(one.end(), ended, ended.begin());
      Finish(std::move(one));
    }
  }

  void Sweep() {
    const auto now = std::chrono::steady_clock::now();
    for (auto& [key, server] : servers_) server.lines->Sweep(now);
    std::erase_if(servers_,
                  [](const auto& entry) { return entry.second.in_flight == 0 && entry.second.lines->empty(); });
  }

  EventLoop& loop_;
  const std::optional<base::IpAddress> bind_;
  std::map<ServerKey, Server> servers_;
  Wheel wheel_;           // sent
  Wheel::Entries ended_;  // complete without an event; to be told from the loop
  bool ticking_ = false;
  Timer tick_, soon_, sweep_;
};

DnsQuestion QuestionTo(const config::Resolver& resolver, const Endpoint& address, std::string host, RecordType type,
                       Duration timeout) {
  DnsQuestion question;
  question.host = std::move(host);
  question.type = type;
  question.via = {Via::Kind::kResolver, resolver.name, address};
  question.transport = resolver.transport;
  question.timeout = timeout;
  question.tls_name = resolver.tls_name;
  question.url = resolver.url;
  return question;
}

DnsClient::DnsClient(EventLoop& loop, std::optional<base::IpAddress> bind)
    : impl_(std::make_unique<Impl>(loop, bind)) {}

DnsClient::~DnsClient() = default;

void DnsClient::Ask(const DnsQuestion& question, Done done) {
  impl_->Ask(question, std::move(done));
}

}  // namespace dialwatch::probes
