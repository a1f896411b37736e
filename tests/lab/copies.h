#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/lab/unbound.h"

namespace dialwatch::lab {

// One resolver service, several caches behind one address: the kernel picks the cache by the port of the client, as the
// router of an anycast service does. Each has an NSID of its own ("google-1", …) and can be flushed and poisoned alone.
class Copies {
 public:
  Copies(const std::filesystem::path& folder, const Unbound::Options& options, int count) {
    for (int i = 1; i <= count; ++i) {
      Unbound::Options one = options;
      one.name += "-" + std::to_string(i);
      one.shares_address = true;
      copies_.push_back(std::make_unique<Unbound>(folder / one.name, std::move(one)));
    }
  }

  void WaitReady() const {
    for (const auto& copy : copies_) copy->WaitReady();
  }
  Unbound& operator[](std::size_t index) { return *copies_[index]; }

 private:
  std::vector<std::unique_ptr<Unbound>> copies_;
};

}  // namespace dialwatch::lab
