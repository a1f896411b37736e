#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "probes/train/train.h"
#include "tests/lab/dialwatch.h"
#include "tests/lab/reflector.h"

namespace dialwatch::e2e {

inline constexpr auto kKey = lab::kReflectorKey;

void WriteKeys(const std::filesystem::path& path, const std::string& text, mode_t mode = 0600);

// Of a reflector as d1 at [::]:9000.
std::vector<std::string> ReflectorArguments(const std::filesystem::path& keys);

// Whether it says so within a few seconds.
bool Says(const lab::Process& process, const std::string& what);

// One that is ready, with these keys in `folder`/keys.
lab::Process StartReflector(const std::filesystem::path& folder, const std::string& keys);

// A train to `address` at port 9000, signed with the first of these keys, and what it saw. `change` may alter its plan.
probes::TrainSample SendTrain(const std::string& address, const std::string& keys,
                              const std::function<void(probes::TrainPlan&)>& change = {});

}  // namespace dialwatch::e2e
