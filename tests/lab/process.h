#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace dialwatch::lab {

using std::chrono::milliseconds;
using testing::TemporaryFolder;

// Whether `condition` came true within `limit`; it is tried every few milliseconds.
bool WaitUntil(milliseconds limit, const std::function<bool()>& condition);

// The whole file, or nothing where there is none.
std::string ReadFile(const std::filesystem::path& path);
void WriteFile(const std::filesystem::path& path, const std::string& text);

// A child process that never outlives us: it is ended by the destructor, and by the kernel where we crash. Its standard
// output and error go to `output`.out and `output`.err. Throws std::runtime_error where the program cannot be started.
// Thread safety: none; the thread that starts it must outlive it (prctl(2), PR_SET_PDEATHSIG).
class Process {
 public:
  Process(std::vector<std::string> command, std::filesystem::path output,
          std::map<std::string, std::string> environment = {});
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  void Signal(int signal) const;
  bool running();
  // The exit code, or 128 + the signal that ended it; nothing where it still runs after `limit`.
  std::optional<int> Wait(milliseconds limit);
  // Asks it to end, and kills it when it does not. The exit code as above.
  int End(milliseconds limit = std::chrono::seconds(3));

  pid_t pid() const { return pid_; }
  std::string out() const { return ReadFile(output_.string() + ".out"); }
  std::string err() const { return ReadFile(output_.string() + ".err"); }

 private:
  std::filesystem::path output_;
  pid_t pid_ = -1;
  std::optional<int> exit_;
};

// Whether a program is missing on this machine; says so as a skipped test does.
bool Missing(const std::string& program);

struct Output {
  int exit = 0;
  std::string out, err;
};

// Runs a program to its end. Throws std::runtime_error where it cannot be started or takes longer than `limit`.
Output Run(std::vector<std::string> command, const std::filesystem::path& folder, milliseconds limit);

}  // namespace dialwatch::lab
