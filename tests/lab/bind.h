#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/process.h"
#include "tests/lab/resolver.h"

namespace dialwatch::lab {

// A resolver of another make (BIND), which may serve stale answers. Throws std::runtime_error where it cannot do as
// told.
class Bind : public Resolver {
 public:
  // `options` are further lines of its options clause. Starts it; it answers once WaitReady has returned.
  Bind(const std::filesystem::path& folder, std::string address, std::string options = "");

  void WaitReady() const;
  const std::string& name() const override { return name_; }
  const std::string& address() const override { return address_; }
  void Flush(const std::string& host) const override { Command({"flushname", host}); }
  void LeadTo(const std::string& address, const std::string& zone) const override;
  void LeadBack(const std::string& zone) const override;
  void Stop() { process_.reset(); }

 private:
  void WriteConfig(const std::string& forward) const;
  void Command(std::vector<std::string> arguments) const;  // by rndc

  std::filesystem::path folder_;
  std::string name_ = "bind", address_, options_;
  std::optional<Process> process_;
};

}  // namespace dialwatch::lab
