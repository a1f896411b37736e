#include "probes/sweep.h"

#include <utility>

#include "probes/prober.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kAtOnce = 64;

class Sweeper {
 public:
  Sweeper(std::shared_ptr<const config::Settings> settings, const std::vector<Target>& targets, int rounds,
          Duration pause, SampleSink sink)
      : targets_(targets),
        rounds_left_(rounds),
        pause_(pause),
        prober_(loop_, std::move(settings), std::move(sink)),
        timer_(loop_) {}

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
    while (next_ < targets_.size() && next_ < kAtOnce) StartNext();
  }

  void StartNext() {
    prober_.Probe(targets_[next_++], [this] {
      ++ended_;
      if (next_ < targets_.size()) return StartNext();
      if (ended_ < targets_.size()) return;
      std::erase_if(targets_, IsPolicy);
      if (rounds_left_ == 0 || targets_.empty()) return loop_.Stop();
      timer_.Start(pause_, [this] { StartRound(); });
    });
  }

  std::vector<Target> targets_;
  int rounds_left_;
  Duration pause_;
  std::size_t next_ = 0, ended_ = 0;
  EventLoop loop_;
  Prober prober_;
  Timer timer_;
};

}  // namespace

void Sweep(std::shared_ptr<const config::Settings> settings, const std::vector<Target>& targets, int rounds,
           Duration pause, SampleSink sink) {
  Sweeper(std::move(settings), targets, rounds, pause, std::move(sink)).Run();
}

}  // namespace dialwatch::probes
