#include "tests/state/in_child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace dialwatch::state {

std::string InChild(const std::function<std::string()>& work) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return "died: no pipe";
  const pid_t child = fork();
  if (child == 0) {
    const std::string text = work();
    const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? text : "died: wait status " + std::to_string(status) + " after: " + text;
}

}  // namespace dialwatch::state
