// The process that crash_test.cc kills: victim FOLDER COUNT tells of COUNT incidents, one every 20 ms, from the first
// that it does not yet know of, through the receiver "oncall" of FOLDER; and then stays until it is killed.
#include <sys/prctl.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "alerting/alerting.h"
#include "tests/alerting/fixtures.h"

int main(int argc, char** argv) {
  using namespace dialwatch::alerting;
  using namespace std::chrono_literals;
  if (argc != 3) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const std::string folder = argv[1];
  const int count = std::atoi(argv[2]);

  const auto settings = std::make_shared<const dialwatch::config::Settings>(SettingsWith({"oncall"}, folder));
  Alerting alerting(settings, folder + "/dialwatch.db");
  std::vector<Incident> incidents = alerting.OpenIncidents();
  std::set<std::string> known;
  for (const Incident& incident : incidents) known.insert(incident.id);
  for (int i = 0; i < count; ++i) {
    const std::string id = "crash-" + std::to_string(1000 + i);
    if (known.contains(id)) continue;
    incidents.push_back(Renamed(BogusAtGoogle(), id));
    incidents.back().cause = incidents.back().summary = id;  // a storm names each cause at once
    alerting.Observe(incidents);
    std::this_thread::sleep_for(20ms);
  }
  std::ofstream(folder + "/all-told") << "yes";
  std::this_thread::sleep_for(60s);
}
