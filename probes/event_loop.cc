#include "probes/event_loop.h"

#include <uv.h>

#include <cstdlib>
#include <utility>

namespace dialwatch::probes {
namespace {

// libuv frees nothing before its close callback has run, so handles live on the heap and end there.
template <typename State>
void CloseAndDelete(State* state) {
  state->callback = nullptr;
  state->handle.data = state;
  uv_close(reinterpret_cast<uv_handle_t*>(&state->handle),
           [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

}  // namespace

EventLoop::EventLoop() : loop_(std::make_unique<uv_loop_t>()), wake_(std::make_unique<uv_async_t>()) {
  if (uv_loop_init(loop_.get()) != 0) std::abort();  // out of descriptors before the first probe
  wake_->data = this;
  if (uv_async_init(loop_.get(), wake_.get(),
                    [](uv_async_t* wake) { static_cast<EventLoop*>(wake->data)->RunPosted(); }) != 0) {
    std::abort();
  }
}

EventLoop::~EventLoop() {
  uv_close(reinterpret_cast<uv_handle_t*>(wake_.get()), nullptr);
  uv_run(loop_.get(), UV_RUN_DEFAULT);  // lets the close callbacks run
  uv_loop_close(loop_.get());
}

void EventLoop::Run() {
  uv_run(loop_.get(), UV_RUN_DEFAULT);
  const std::lock_guard lock(mutex_);
  stop_ = false;  // libuv 1.45 and later run due timers on the way out; a Stop from there must not end the next run
}

void EventLoop::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  uv_async_send(wake_.get());
}

void EventLoop::Post(Callback callback) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(callback));
  }
  uv_async_send(wake_.get());
}

void EventLoop::RunPosted() {
  std::vector<Callback> posted;
  bool stop = false;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
    stop = std::exchange(stop_, false);
  }
  for (const Callback& callback : posted) callback();
  if (stop) uv_stop(loop_.get());
}

struct Timer::State {
  uv_timer_t handle{};
  EventLoop::Callback callback;
};

Timer::Timer(EventLoop& loop) : state_(new State) {
  uv_timer_init(loop.raw(), &state_->handle);
  state_->handle.data = state_;
}

Timer::~Timer() {
  CloseAndDelete(state_);
}

void Timer::Start(std::chrono::milliseconds delay, EventLoop::Callback callback) {
  state_->callback = std::move(callback);
  uv_update_time(state_->handle.loop);  // else a long callback before us would shorten the delay
  uv_timer_start(
      &state_->handle,
      [](uv_timer_t* timer) {
        // moved out, because the callback may start this timer again or destroy it
        const auto run = std::exchange(static_cast<State*>(timer->data)->callback, nullptr);
        if (run) run();
      },
      static_cast<std::uint64_t>(std::max<std::int64_t>(delay.count(), 0)), 0);
}

void Timer::StartRepeating(std::chrono::milliseconds period, EventLoop::Callback callback) {
  state_->callback = std::move(callback);
  const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(period.count(), 1));
  uv_timer_start(
      &state_->handle,
      [](uv_timer_t* timer) {
        const auto run = static_cast<State*>(timer->data)->callback;
        if (run) run();
      },
      milliseconds, milliseconds);
}

void Timer::Stop() {
  uv_timer_stop(&state_->handle);
  state_->callback = nullptr;
}

struct FdWatcher::State {
  uv_poll_t handle{};
  Callback callback;
  int events = 0;

  void Poll() {
    uv_poll_start(&handle, events, [](uv_poll_t* poll, int status, int ready) {
      State* state = static_cast<State*>(poll->data);
      if (!state->callback) return;
      if (status < 0) state->Poll();      // libuv has stopped watching, but an error need not be the end
      const auto call = state->callback;  // a copy: the callback may destroy its watcher
      call(status < 0 || (ready & UV_READABLE) != 0, (ready & UV_WRITABLE) != 0);
    });
  }
};

FdWatcher::FdWatcher(EventLoop& loop, int fd, Callback callback) : state_(new State) {
  if (uv_poll_init(loop.raw(), &state_->handle, fd) != 0) std::abort();  // only for a closed or doubly watched fd
  state_->handle.data = state_;
  state_->callback = std::move(callback);
}

FdWatcher::~FdWatcher() {
  uv_poll_stop(&state_->handle);
  CloseAndDelete(state_);
}

void FdWatcher::Watch(bool readable, bool writable) {
  state_->events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
  if (state_->events == 0) {
    uv_poll_stop(&state_->handle);
  } else {
    state_->Poll();
  }
}

}  // namespace dialwatch::probes
