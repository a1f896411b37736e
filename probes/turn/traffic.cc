#include "probes/turn/traffic.h"

#include <fmt/format.h>

#include <utility>

namespace dialwatch::probes {

using std::chrono::steady_clock;

namespace {

constexpr int kFirst = 3;  // packets until one has come through: any of them may be lost

}  // namespace

base::Result<std::unique_ptr<TurnTraffic>> TurnTraffic::Open(EventLoop& loop, bool v6,
                                                             const std::optional<base::IpAddress>& bind) {
  std::unique_ptr<TurnTraffic> traffic(new TurnTraffic(loop));
  auto far_end = TurnFarEnd::Open(
      loop, v6, bind, [raw = traffic.get()](std::span<const std::uint8_t> packet) { raw->out_.Take(packet); });
  if (!far_end) return far_end.error();
  traffic->far_end_ = *std::move(far_end);
  return traffic;
}

void TurnTraffic::Start(Train train) {
  out_before_ = out();
  back_before_ = back();
  out_ = TurnPackets();
  back_ = TurnPackets();
  train_ = std::move(train);
  began_ = last_sent_ = steady_clock::now();
  Tick();
}

bool TurnTraffic::MaySendBack() const {
  if (comes_through_) return !back_.AllSent();
  const int sent = back_.flow().sent;
  return sent < kFirst && steady_clock::now() - began_ >= sent * train_.latest / kFirst;
}

bool TurnTraffic::AllSent() const {
  return out_.AllSent() && (back_.AllSent() || (!comes_through_ && back_.flow().sent == kFirst));
}

// The first packet that comes through the relay shows how it sees our second socket, and so where ours have to go.
void TurnTraffic::Tick() {
  const auto now = steady_clock::now();
  if (MaySendBack()) {
    far_end_->Send(train_.relayed, back_.Next());
    last_sent_ = now;
  }
  if (!peer_ && now - began_ > train_.latest) {
    peer_ = far_end_->mapped().value_or(base::Endpoint{train_.ours, far_end_->port()});
  }
  if (peer_ && !out_.AllSent()) {
    train_.send_out(*peer_, out_.Next());
    last_sent_ = now;
  }
  const bool all_came = out_.AllArrived() && back_.AllArrived();
  if (all_came || (AllSent() && now - last_sent_ > train_.latest)) return std::exchange(train_.done, nullptr)();
  tick_.Start(TurnPackets::kSpacing, [this] { Tick(); });
}

void TurnTraffic::TakeBack(std::span<const std::uint8_t> packet, const std::optional<base::Endpoint>& from) {
  if (!back_.Take(packet)) return;
  comes_through_ = true;
  if (!peer_) peer_ = from;
}

std::string TurnTraffic::DescribeSilence() const {
  const bool out = out_.flow().arrived > 0, back = back_.flow().arrived > 0;
  if (out && back) return "";
  std::string text = out    ? "nothing came back through the relay from our second socket"
                     : back ? "nothing that we sent through the relay came to our second socket"
                            : "nothing came through the relay in either direction";
  if (!far_end_->failure().empty()) text += fmt::format(" ({})", far_end_->failure());
  return text;
}

}  // namespace dialwatch::probes
