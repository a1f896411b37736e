#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

struct uv_loop_s;
struct uv_async_s;
struct uv_timer_s;
struct uv_poll_s;

namespace dialwatch::probes {

// A libuv loop that one thread runs. Thread safety: Post and Stop from any thread, all else from the loop's own.
class EventLoop {
 public:
  using Callback = std::function<void()>;

  EventLoop();
  ~EventLoop();  // all Timers and FdWatchers on it must be gone
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs callbacks until Stop. May be called again afterwards.
  void Run();
  void Stop();

  // Has `callback` called on the loop's thread, soon.
  void Post(Callback callback);

  uv_loop_s* raw() { return loop_.get(); }

 private:
  void RunPosted();

  std::unique_ptr<uv_loop_s> loop_;
  std::unique_ptr<uv_async_s> wake_;
  std::mutex mutex_;
  std::vector<Callback> posted_;  // under mutex_
  bool stop_ = false;             // under mutex_
};

// Calls back once after a delay, or again and again. Starting it anew forgets the old setting; destroying it cancels.
// A callback may destroy its own Timer.
class Timer {
 public:
  explicit Timer(EventLoop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void Start(std::chrono::milliseconds delay, EventLoop::Callback callback);
  void StartRepeating(std::chrono::milliseconds period, EventLoop::Callback callback);
  void Stop();

 private:
  struct State;
  State* state_;
};

// Tells when a file descriptor can be read or written; the descriptor stays the caller's. An error on it is told as
// "readable", so that the read that follows says which (an ignored POLLERR would spin). A callback may destroy its own
// FdWatcher. Destroy it, or Stop it, before the descriptor is closed.
class FdWatcher {
 public:
  using Callback = std::function<void(bool readable, bool writable)>;

  FdWatcher(EventLoop& loop, int fd, Callback callback);
  ~FdWatcher();
  FdWatcher(const FdWatcher&) = delete;
  FdWatcher& operator=(const FdWatcher&) = delete;

  // What to watch for; neither stops watching.
  void Watch(bool readable, bool writable);

 private:
  struct State;
  State* state_;
};

}  // namespace dialwatch::probes
