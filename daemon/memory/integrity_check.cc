#include "daemon/memory/integrity_check.h"

#include <utility>

#include "state/integrity.h"

namespace dialwatch::daemon {

using std::chrono::steady_clock;

IntegrityCheck::IntegrityCheck(std::string path)
    : thread_([this, path = std::move(path)] {
        const auto started = steady_clock::now();
        auto damage = state::FindDamage(path, [this] { return stop_.load(); });
        outcome_.Set(Outcome{std::move(damage),
                             std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started)});
      }) {}

IntegrityCheck::~IntegrityCheck() {
  stop_ = true;
  thread_.join();
}

std::optional<IntegrityCheck::Outcome> IntegrityCheck::Take() {
  return outcome_.With([](auto& outcome) { return std::exchange(outcome, std::nullopt); });
}

}  // namespace dialwatch::daemon
