#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace dialwatch::probes {

// A folder of its own under the system's temporary one, gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // Writes a file and tells its path.
  std::string Write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

// A server that ends with the object, and with this process whatever happens to it.
class ServerProcess {
 public:
  explicit ServerProcess(const std::vector<std::string>& command);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

 private:
  pid_t pid_;
};

// Where a program is, or "".
std::string FindProgram(const std::string& name);

// A port of 127.0.0.1 that was free for UDP and TCP just now.
int FreePort();

}  // namespace dialwatch::probes
