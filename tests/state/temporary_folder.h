#pragma once

#include <functional>
#include <string>

namespace dialwatch::state {

// A folder of its own for one test, gone with everything in it when the test ends. Thread safety: none.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  void Write(const std::string& name, const std::string& content) const;

 private:
  std::string path_;
};

// Runs `work` in a child process, which may thus drop rights or mount things, and gives the text it returns. A child
// that dies gives "died: …". What cannot be prepared there, `work` returns as "SKIPPED: …".
std::string InChild(const std::function<std::string()>& work);

}  // namespace dialwatch::state
