#include "probes/background.h"

#include <system_error>
#include <utility>

#include "base/log.h"

namespace dialwatch::probes {

Background::~Background() {
  for (auto& [id, job] : *jobs_) job.thread.request_stop();  // all of them, before the first is waited for
}

void Background::Run(Work work, SampleSink then) {
  const std::uint64_t id = next_++;
  Job& job = (*jobs_)[id];
  job.then = std::move(then);
  const auto body = [&loop = loop_, known = std::weak_ptr(jobs_), id,
                     work = std::move(work)](const std::stop_token& stop) {
    loop.Post([known, id, sample = work(stop)] {
      const auto jobs = known.lock();
      if (!jobs) return;
      const auto ended = jobs->extract(id);
      ended.mapped().then(sample);
    });
  };
  try {
    job.thread = std::jthread(body);
  } catch (const std::system_error& error) {
    base::LogError("cannot start a thread: {}", error.what());
    jobs_->erase(id);
  }
}

}  // namespace dialwatch::probes
