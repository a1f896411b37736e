#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace dialwatch::probes {

using testing::TemporaryFolder;

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

}  // namespace dialwatch::probes
