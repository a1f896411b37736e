#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace dialwatch::exporter {

// The program of this name in $PATH.
std::optional<std::string> FindProgram(const std::string& name);

// A folder under the system's temporary one that goes with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string Write(const std::string& name, const std::string& text) const;  // the file's path
  std::string Read(const std::string& name) const;
  std::string PathOf(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

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
