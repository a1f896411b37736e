#include "exporter/side_thread.h"

namespace dialwatch::exporter {

SideThread::SideThread(std::size_t most_waiting)
    : queue_(most_waiting), thread_([this] {
        for (bool last = false; !last;) {
          last = stop_;
          for (const Work& work : queue_.TakeAll(std::chrono::steady_clock::now() + std::chrono::hours(1))) work();
        }
      }) {}

void SideThread::Finish() {
  stop_ = true;
  queue_.Close();
  if (thread_.joinable()) thread_.join();
}

}  // namespace dialwatch::exporter
