#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace dialwatch::exporter {

using testing::TemporaryFolder;

// The program of this name in $PATH.
std::optional<std::string> FindProgram(const std::string& name);

// A program that ends with its owner, and with this process however it ends. Thread safety: none.
class ChildProcess {
 public:
  // `input` and `output` are files; output takes stdout and stderr.
  ChildProcess(const std::vector<std::string>& command, const std::string& input, const std::string& output);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  int Wait();  // the exit code, -1 for a signal

 private:
  pid_t pid_ = -1;
};

}  // namespace dialwatch::exporter
