#include "daemon/call_keeper.h"

#include "base/log.h"
#include "base/result.h"
#include "state/mark.h"

namespace dialwatch::daemon {

CallKeeper::CallKeeper(const std::string& state_path, Time started)
    : mark_(state_path.empty() ? "" : state_path + ".calls"), started_(started) {}

std::shared_ptr<probes::Switchboard> CallKeeper::Board() {
  if (board_) return board_;
  const auto left = mark_.empty() ? base::Error{"there is no [state] path"} : state::SetMark(mark_);
  if (!left) {
    base::LogWarning("calls: {}; whether the last run left any is not known, so none is made for {} s",
                     left.error().what, kWait.count());
  } else if (*left) {
    base::LogInfo("calls: the last run may have left some, so none is made for {} s", kWait.count());
  }
  marked_ = static_cast<bool>(left);
  if (!left || *left) opens_ = started_ + kWait;
  board_ = std::make_shared<probes::Switchboard>(opens_);
  return board_;
}

void CallKeeper::Close(Time now) {
  if (!marked_ || now < opens_) return;
  if (board_->left()) {
    base::LogWarning("calls: a dialer has not confirmed that its call has ended");
  } else if (const auto cleared = state::ClearMark(mark_); !cleared) {
    base::LogWarning("calls: {}", cleared.error().what);
  }
}

}  // namespace dialwatch::daemon
