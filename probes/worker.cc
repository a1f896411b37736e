#include "probes/worker.h"

#include <algorithm>
#include <utility>

#include "base/random.h"

namespace dialwatch::probes {

namespace {

std::vector<config::Duration> TurnsOf(const std::vector<Target>& targets, const config::Settings& settings) {
  std::vector<config::Duration> turns;
  turns.reserve(targets.size());
  for (const Target& target : targets) turns.push_back(TurnOf(target, settings));
  return turns;
}

}  // namespace

// What lives on the worker's thread.
class Worker::Loop {
 public:
  Loop(Worker& worker, const std::shared_ptr<const config::Settings>& settings, std::vector<Target> share,
       SampleSink sink, std::shared_ptr<HeldNames> held, std::shared_ptr<Switchboard> board)
      : worker_(worker),
        targets_(std::move(share)),
        busy_(targets_.size()),
        prober_(
            worker.loop_, settings,
            [this, sink = std::move(sink)](Sample sample) {
              if (!retired_) sink(std::move(sample));
            },
            std::move(held), std::move(board)),
        scheduler_(TurnsOf(targets_, *settings), std::chrono::steady_clock::now(), base::Random32()),
        timer_(worker.loop_) {
    Turn();
  }

  void Retire(std::chrono::milliseconds patience) {
    timer_.Start(patience, [this] { worker_.loop_.Stop(); });
    if (std::exchange(retired_, true)) return;
    prober_.HangUp([this] { worker_.loop_.Stop(); });
  }

 private:
  void Turn() {
    using namespace std::chrono;
    ++worker_.heartbeat_;
    for (const auto& [target, lag] : scheduler_.TakeDue(steady_clock::now())) {
      worker_.lag_us_ = duration_cast<microseconds>(lag).count();
      // a turn that has not ended when the next one comes is a slow target: it misses one, the others do not notice
      if (busy_[target]) continue;
      busy_[target] = true;
      prober_.Probe(targets_[target], [this, index = target] { busy_[index] = false; });
    }
    const auto next = scheduler_.NextDue().value_or(steady_clock::time_point::max()) - steady_clock::now();
    timer_.Start(std::clamp<milliseconds>(ceil<milliseconds>(next), milliseconds(0), seconds(1)), [this] { Turn(); });
  }

  Worker& worker_;
  std::vector<Target> targets_;
  std::vector<bool> busy_;
  bool retired_ = false;
  Prober prober_;
  Scheduler scheduler_;
  Timer timer_;
};

Worker::Worker(std::shared_ptr<const config::Settings> settings, std::vector<Target> share, SampleSink sink,
               std::shared_ptr<HeldNames> held, std::shared_ptr<Switchboard> board)
    : thread_([this, settings = std::move(settings), share = std::move(share), sink = std::move(sink),
               held = std::move(held), board = std::move(board)]() mutable {
        Loop loop(*this, settings, std::move(share), std::move(sink), std::move(held), std::move(board));
        on_thread_ = &loop;
        loop_.Run();
        ended_ = true;
      }) {}

Worker::~Worker() {
  if (!retired_) loop_.Stop();
  thread_.join();
}

void Worker::Retire(std::chrono::milliseconds patience) {
  retired_ = true;
  loop_.Post([this, patience] { on_thread_->Retire(patience); });
}

}  // namespace dialwatch::probes
