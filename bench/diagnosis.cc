// What a conclusion costs: 1,000 dialers, each seen by three resolvers at two addresses each and by two authoritative
// servers, after an hour of rounds. It prints what it measured and judges nothing.
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "tests/diagnosis/builders.h"

namespace {

using namespace dialwatch::diagnosis;

constexpr int kDialers = 1000, kRounds = 120, kRuns = 20;

// The processor time of one run of `work`, which a busy machine does not distort, as the mean of kRuns.
template <typename Work>
double Milliseconds(const Work& work) {
  const std::clock_t start = std::clock();
  for (int run = 0; run < kRuns; ++run) work();
  return 1000.0 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / kRuns;
}

// The rules that take the longest.
std::string Slowest(const Situation& situation) {
  std::vector<std::pair<double, std::string_view>> times;
  for (const RuleEntry& entry : Rules()) times.emplace_back(Milliseconds([&] { entry.rule(situation); }), entry.id);
  std::sort(times.rbegin(), times.rend());
  std::string text;
  for (std::size_t i = 0; i < 3; ++i) {
    text += fmt::format("{}{} {:.2f} ms", i == 0 ? "" : ", ", times[i].second, times[i].first);
  }
  return text;
}

// Rounds 30 s apart, in which resolvers count down from 300 s; from round `wrong_from` on google is wrong about all
// names.
void Fill(World& world, int wrong_from) {
  const auto second = [](const std::string& name, const std::string& address) { return ViaResolver(name, address); };
  const dialwatch::probes::Via backups[3] = {second("quad9", "149.112.112.112"), second("cloudflare", "1.0.0.1"),
                                             second("google", "8.8.4.4")};
  const dialwatch::probes::Via firsts[3] = {kQuad9, kCloudflare, kGoogle};
  for (int round = 0; round < kRounds; ++round) {
    world.now += 30s;
    const seconds ttl(300 - round * 30 % 300);
    for (int i = 1; i <= kDialers; ++i) {
      const std::string host = fmt::format("d{}", i);
      world.Add(Gives(kAuthority, host, {"198.51.100.11"}));
      world.Add(Gives(ViaAuthority("192.0.2.54"), host, {"198.51.100.11"}));
      for (int r = 0; r < 3; ++r) {
        const bool wrong = r == 2 && round >= wrong_from;
        auto sample = Gives(round % 2 == 0 ? firsts[r] : backups[r], host, {wrong ? "203.0.113.66" : "198.51.100.11"},
                            wrong ? seconds(86400 - round * 30) : ttl);
        sample.nsid = fmt::format("res{}.fra.rrdns.pch.net", round % 4);
        world.Add(sample);
      }
    }
  }
}

void Report(const char* what, int wrong_from) {
  World world;
  world.settings = SettingsOf(kDialers);
  for (std::size_t r = 0; r < 3; ++r) {
    const char* second[] = {"149.112.112.112", "1.0.0.1", "8.8.4.4"};
    world.settings.resolvers[r].addresses.push_back(*dialwatch::base::Endpoint::Parse(second[r], 53));
  }
  const auto before = mallinfo2().uordblks;
  Fill(world, wrong_from);
  world.picture.Retain(world.settings, world.now);
  const auto bytes = mallinfo2().uordblks - before;
  const double retain = Milliseconds([&] { world.picture.Retain(world.settings, world.now); });
  const double copy = Milliseconds([&] { const Picture kept = world.picture; });
  const double judge = Milliseconds([&] { world.Judgements(); });
  const auto judgements = world.Judgements();
  const auto mappings = JudgeMappings(world.picture, world.settings);
  const Situation situation{world.picture, world.settings, judgements, mappings, world.now};
  const double rules = Milliseconds([&] { RunRules(situation); });
  fmt::print(
      "{}: {} findings, picture {:.1f} MB\n  retain {:.2f} ms, copy {:.2f} ms, judge {:.2f} ms, rules {:.2f} ms ({})\n",
      what, RunRules(situation).size(), static_cast<double>(bytes) / 1e6, retain, copy, judge, rules,
      Slowest(situation));
}

}  // namespace

int main() {
  Report("all well", kRounds);
  Report("google wrong about all names", kRounds - 5);
}
