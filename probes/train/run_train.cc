#include "probes/train/run_train.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/sockets.h"
#include "probes/rtp/socket.h"

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

// A train at its socket.
class Running {
 public:
  Running(EventLoop& loop, RtpSocket socket, TrainPlan plan)
      : socket_(std::move(socket)),
        train_(std::move(plan), steady_clock::now(), [this](auto octets) { return socket_.Send(octets); }),
        watcher_(loop, socket_.fd(), [this](bool, bool) { Receive(); }) {
    watcher_.Watch(true, false);
  }

  std::optional<Pacer::Time> Step() { return train_.Step(); }

  TrainSample Conclude() const {
    Train::Link link{.local = socket_.LocalEndpoint(), .refusals = socket_.refusals(), .error = {}};
    if (link.refusals > 0) link.error = base::ErrnoText(socket_.refusal());
    return train_.Conclude(link);
  }

 private:
  void Receive() {
    constexpr int kMost = 64;  // others on the loop want their turn
    for (int i = 0; i < kMost; ++i) {
      const auto datagram = socket_.Receive();
      if (!datagram) return;
      train_.Receive(datagram->octets, datagram->at);
    }
  }

  RtpSocket socket_;
  Train train_;
  FdWatcher watcher_;  // destroyed before its socket
};

}  // namespace

void RunTrain(EventLoop& loop, Pacer& pacer, TrainPlan plan, std::function<void(const TrainSample&)> done,
              std::function<void(const TrainSample&)> each_second) {
  auto socket = RtpSocket::Open(plan.subject.address, plan.bind, plan.dscp);
  if (!socket) {
    // when the trains that began with it are over: the samples of a turn belong together
    const auto over = steady_clock::now() + LengthOf(plan);
    const Train unsent(std::move(plan), steady_clock::now(), nullptr);
    pacer.Add(over, [done = std::move(done),
                     sample = unsent.Conclude({.local = {}, .error = socket.error().what})]() mutable {
      sample.at = base::WallClockNow();
      done(sample);
      return std::nullopt;
    });
    return;
  }
  const auto running = std::make_shared<Running>(loop, *std::move(socket), std::move(plan));
  const auto step = [running, done = std::move(done)] {
    const auto next = running->Step();
    if (!next) done(running->Conclude());
    return next;
  };
  PaceTrain(
      pacer, step, [running] { return running->Conclude(); }, std::move(each_second));
}

void PaceTrain(Pacer& pacer, Pacer::Step step, std::function<TrainSample()> so_far,
               std::function<void(const TrainSample&)> each_second) {
  const auto now = steady_clock::now();
  if (!each_second) return pacer.Add(now, std::move(step));
  pacer.Add(now,
            [step = std::move(step), so_far = std::move(so_far), watch = std::move(each_second), told = now]() mutable {
              const auto next = step();
              if (next && steady_clock::now() - told >= std::chrono::seconds(1)) {
                told = steady_clock::now();
                watch(so_far());
              }
              return next;
            });
}

}  // namespace dialwatch::probes
