#include "probes/policy/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>

#include "base/unique_fd.h"

namespace dialwatch::probes {
namespace {

using base::Error;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kLookForStopEvery(100);

// A child process, the leader of its own group; the group is killed where the child has not ended.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (ended_) return;
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  // Its status, or nothing while it runs.
  std::optional<int> Status() {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    ended_ = true;
    return status;
  }

 private:
  const pid_t pid_;
  bool ended_ = false;
};

struct SpawnSettings {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;

  explicit SpawnSettings(int output) {
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);  // the daemon's threads block those that it waits for
    posix_spawnattr_setpgroup(&attributes, 0);       // a group of its own
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
};

// The child's environment: the words are English and plain whoever runs us.
std::vector<std::string> Environment() {
  std::vector<std::string> environment{"LC_ALL=C", "SYSTEMD_COLORS=0", "SYSTEMD_PAGER=cat"};
  if (const char* path = std::getenv("PATH")) environment.push_back(fmt::format("PATH={}", path));
  return environment;
}

// As execve(2) takes them, null at their end. Valid as long as the words.
std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers(words.size() + 1);
  std::ranges::transform(words, pointers.begin(), [](std::string& word) { return word.data(); });
  return pointers;
}

// Why it must not go on, or "".
std::string WhyEnded(steady_clock::time_point deadline, const std::stop_token& stop) {
  if (stop.stop_requested()) return "was ended, since dialwatch stops";
  return steady_clock::now() >= deadline ? "takes too long" : "";
}

// Empty where all has been read to its end.
std::string ReadAll(int fd, std::string& output, std::size_t most, steady_clock::time_point deadline,
                    const std::stop_token& stop) {
  std::array<char, 4096> part{};
  while (true) {
    if (std::string why = WhyEnded(deadline, stop); !why.empty()) return why;
    pollfd waiting{fd, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(kLookForStopEvery.count())) <= 0) continue;
    const ssize_t size = read(fd, part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fmt::format("cannot be read: {}", std::strerror(errno));
    if (size == 0) return "";
    output.append(part.data(), static_cast<std::size_t>(size));
    if (output.size() > most) return "says too much";
  }
}

// Empty where it has ended well. Most end with their output, so that the first looks come soon.
std::string AwaitEnd(Child& child, steady_clock::time_point deadline, const std::stop_token& stop) {
  for (milliseconds pause(1);; pause = std::min(2 * pause, kLookForStopEvery)) {
    if (const auto status = child.Status()) return *status == 0 ? "" : "fails";
    if (std::string why = WhyEnded(deadline, stop); !why.empty()) return why;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

base::Result<std::string> OutputOf(const std::vector<std::string>& command, std::size_t most, milliseconds patience,
                                   const std::stop_token& stop) {
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return Error{std::strerror(errno)};
  const base::UniqueFd output(ends[0]);
  base::UniqueFd input(ends[1]);
  std::vector<std::string> words = command, environment = Environment();
  const SpawnSettings settings(input.get());
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, command[0].c_str(), &settings.files, &settings.attributes,
                                  Pointers(words).data(), Pointers(environment).data());
  if (failed != 0) return Error{fmt::format("{}: {}", command[0], std::strerror(failed))};
  Child child(pid);
  input = base::UniqueFd();
  const auto deadline = steady_clock::now() + patience;
  std::string text, why = ReadAll(output.get(), text, most, deadline, stop);
  if (why.empty()) why = AwaitEnd(child, deadline, stop);
  if (!why.empty()) return Error{fmt::format("{} {}", command[0], why)};
  return text;
}

}  // namespace dialwatch::probes
