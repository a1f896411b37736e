#include "probes/sweep.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "probes/interruption.h"
#include "probes/prober.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kAtOnce = 64;
constexpr Duration kHangUp = std::chrono::seconds(2);  // who has interrupted us is not kept waiting longer

class Sweeper {
 public:
  Sweeper(std::shared_ptr<const config::Settings> settings, std::vector<Target> targets, int rounds, Duration pause,
          SampleSink sink, TrainWatch watch)
      : targets_(std::move(targets)),
        rounds_left_(rounds),
        pause_(pause),
        prober_(loop_, std::move(settings), std::move(sink)),
        timer_(loop_) {
    prober_.WatchTrains(std::move(watch));
    // not that of std::ranges, which clang 14 cannot read in this library
    std::stable_partition(targets_.begin(), targets_.end(), [](const Target& target) { return !FollowsNames(target); });
    const auto calls = [](const Target& target) { return std::holds_alternative<CallTarget>(target); };
    if (std::ranges::any_of(targets_, calls)) interruption_.emplace(loop_, [this] { HangUp(); });
  }

  void Run() {
    if (targets_.empty() || rounds_left_ <= 0) return;
    StartRound();
    loop_.Run();
  }

 private:
  void StartRound() {
    --rounds_left_;
    next_ = 0;
    ended_ = 0;
    end_ = static_cast<std::size_t>(std::ranges::find_if(targets_, FollowsNames) - targets_.begin());
    if (end_ == 0) end_ = targets_.size();
    StartWave();
  }

  // What follows from names waits for all of them.
  void StartWave() {
    for (std::size_t begun = 0; begun < kAtOnce && next_ < end_; ++begun) StartNext();
  }

  void StartNext() {
    prober_.Probe(targets_[next_++], [this] {
      ++ended_;
      if (next_ < end_) return StartNext();
      if (ended_ < end_) return;
      if (end_ < targets_.size()) {
        end_ = targets_.size();
        return StartWave();
      }
      std::erase_if(targets_, IsLookedAtOnce);
      if (rounds_left_ == 0 || targets_.empty()) return loop_.Stop();
      timer_.Start(pause_, [this] { StartRound(); });
    });
  }

  void HangUp() {
    timer_.Start(kHangUp, [this] { loop_.Stop(); });
    prober_.HangUp([this] { loop_.Stop(); });
    rounds_left_ = 0;
  }

  std::vector<Target> targets_;
  int rounds_left_;
  Duration pause_;
  std::size_t next_ = 0, ended_ = 0;
  std::size_t end_ = 0;  // of the wave
  EventLoop loop_;
  Prober prober_;
  Timer timer_;
  std::optional<Interruption> interruption_;  // only where there is something to put in order
};

}  // namespace

void Sweep(std::shared_ptr<const config::Settings> settings, const std::vector<Target>& targets, int rounds,
           Duration pause, SampleSink sink, TrainWatch watch) {
  Sweeper(std::move(settings), targets, rounds, pause, std::move(sink), std::move(watch)).Run();
}

}  // namespace dialwatch::probes
