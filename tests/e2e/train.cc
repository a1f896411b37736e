#include "tests/e2e/train.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <optional>
#include <utility>

#include "probes/train/key_file.h"
#include "probes/train/run_train.h"

namespace dialwatch::e2e {

using namespace std::chrono_literals;

void WriteKeys(const std::filesystem::path& path, const std::string& text, mode_t mode) {
  lab::WriteFile(path, text);
  REQUIRE(chmod(path.c_str(), mode) == 0);
}

std::vector<std::string> ReflectorArguments(const std::filesystem::path& keys) {
  return {"reflector", "--listen", "[::]:9000", "--key-file", keys, "--name", "d1"};
}

bool Says(const lab::Process& process, const std::string& what) {
  return lab::WaitUntil(5s, [&] { return process.err().find(what) != std::string::npos; });
}

lab::Process StartReflector(const std::filesystem::path& folder, const std::string& keys) {
  WriteKeys(folder / "keys", keys);
  lab::Process reflector = lab::StartDialwatch(ReflectorArguments(folder / "keys"), folder);
  REQUIRE(Says(reflector, "reflecting as d1 at [::]:9000"));
  return reflector;
}

probes::TrainSample SendTrain(const std::string& address, const std::string& keys,
                              const std::function<void(probes::TrainPlan&)>& change) {
  probes::EventLoop loop;
  probes::Pacer pacer(loop);
  probes::TrainPlan plan;
  plan.subject.address = {*base::IpAddress::Parse(address), 9000};
  auto parsed = probes::ParseTrainKeys(keys);
  REQUIRE(parsed);
  plan.keys = std::make_shared<probes::TrainKeys>(*std::move(parsed));
  plan.spacing = 5ms;
  plan.patience = 200ms;
  if (change) change(plan);
  std::optional<probes::TrainSample> sample;
  probes::Timer watchdog(loop);
  watchdog.Start(20s, [&] { loop.Stop(); });
  probes::RunTrain(loop, pacer, plan, [&](const probes::TrainSample& done) {
    sample = done;
    loop.Stop();
  });
  loop.Run();
  REQUIRE(sample);
  return *sample;
}

}  // namespace dialwatch::e2e
