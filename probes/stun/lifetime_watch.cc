#include "probes/stun/lifetime_watch.h"

#include <utility>

#include "probes/stun/retransmit.h"

namespace dialwatch::probes {
namespace {

constexpr std::chrono::seconds kRest{60};       // after the server's silence
constexpr std::chrono::seconds kHopeless{600};  // where nothing can be measured

}  // namespace

LifetimeWatch::LifetimeWatch(EventLoop& loop, const base::Endpoint& server, const std::optional<base::IpAddress>& bind,
                             Told told)
    : loop_(loop), server_(server), bind_(bind), told_(std::move(told)), timer_(loop) {}

void LifetimeWatch::Start() {
  timer_.Start(base::Duration(0), [this] { Map(); });
}

void LifetimeWatch::Map() {
  auto idle = BindingSocket::Open(loop_, server_.address.is_v6(), bind_);
  auto asking = BindingSocket::Open(loop_, server_.address.is_v6(), bind_);
  if (!idle || !asking) return Rest(kRest);
  idle_ = *std::move(idle);
  asking_ = *std::move(asking);
  idle_->Ask(server_, {}, RetransmitSchedule::GiveUpAt(), [this](const Answer& answer) { TakeMapping(answer); });
}

void LifetimeWatch::TakeMapping(const Answer& answer) {
  if (!answer || !answer->reply.mapped || answer->from != server_) return Rest(kRest);
  local_ = answer->to;
  mapped_ = *answer->reply.mapped;
  if (mapped_ == local_) return Rest(kHopeless);  // there is no NAT
  if (response_port_ == ResponsePort::kUntried) return Look();
  // the old mapping and a new one would look alike
  if (response_port_ == ResponsePort::kIgnored && mapped_.port == local_.port) return Rest(kHopeless);
  pause_ = search_.NextPause();
  timer_.Start(pause_.count() * second, [this] { response_port_ == ResponsePort::kWorks ? Look() : LookAgain(); });
}

void LifetimeWatch::Look() {
  const auto wait = RetransmitSchedule::GiveUpAt();
  const TransactionId id = asking_->Ask(server_, {.response_port = mapped_.port}, wait, [](const Answer&) {});
  idle_->Await(id, wait, [this](const Answer& answer) { TakeLook(answer.has_value()); });
}

void LifetimeWatch::TakeLook(bool arrived) {
  if (response_port_ == ResponsePort::kUntried) {
    response_port_ = arrived ? ResponsePort::kWorks : ResponsePort::kIgnored;
    return Rest(std::chrono::seconds(0));
  }
  if (arrived) return Conclude(true);
  // silence may be the server's
  asking_->Ask(server_, {}, RetransmitSchedule::GiveUpAt(), [this](const Answer& answer) {
    if (!answer) return Rest(kRest);
    Conclude(false);
  });
}

void LifetimeWatch::LookAgain() {
  idle_->Ask(server_, {}, RetransmitSchedule::GiveUpAt(), [this](const Answer& answer) {
    if (!answer || !answer->reply.mapped) return Rest(kRest);
    Conclude(*answer->reply.mapped == mapped_);
  });
}

void LifetimeWatch::Conclude(bool alive) {
  search_.Note(pause_, alive);
  if (search_.lifetime() != last_told_) told_(last_told_ = search_.lifetime());
  Rest(std::chrono::seconds(0));
}

// The sockets end later, since one of them is calling us.
void LifetimeWatch::Rest(std::chrono::seconds pause) {
  stuck_ = pause > std::chrono::seconds(0);
  timer_.Start(pause.count() * second, [this] { Map(); });
}

}  // namespace dialwatch::probes
