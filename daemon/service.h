#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alerting/alerting.h"
#include "base/guarded.h"
#include "base/result.h"
#include "daemon/analysis.h"
#include "daemon/call_keeper.h"
#include "daemon/memory/incident_log.h"
#include "daemon/memory/memory.h"
#include "daemon/recording/recorder.h"
#include "exporter/http_server.h"
#include "probes/worker.h"

namespace dialwatch::daemon {

// All threads of the daemon, wired in the one direction of the data: workers → analysis → HTTP server and alerting.
// Thread safety: none; the main thread owns it.
class Service {
 public:
  // `recording` is appended to where it is not empty. Errors: it cannot be; the exporter's address cannot be listened
  // on.
  static base::Result<std::unique_ptr<Service>> Start(std::shared_ptr<const config::Settings> settings,
                                                      const std::string& recording);
  ~Service();

  // Swaps the settings whole: new workers, then analysis and alerting. Errors: a key that needs a restart has changed;
  // then nothing is swapped.
  base::Status Apply(std::shared_ptr<const config::Settings> settings);
  void ReopenRecording();  // it has been moved away
  void NoteReload(bool successful);
  void NoteDiscovery(std::optional<std::size_t> errors);  // as DiscoveryKeeper counts them

  base::Endpoint listening_on() const { return http_->listening_on(); }
  // Whether every target has had its first turn and the analysis has concluded from it.
  bool ready() const;

  // Names the thread that has made no progress since the last call, or is empty. For the watchdog.
  std::string FindStuckThread();

 private:
  explicit Service(std::shared_ptr<const config::Settings> settings);
  void StartWorkers();
  void RetireWorkers();
  void Take(probes::Sample sample);  // from any thread
  exporter::SelfReport Describe();

  struct Shared {  // read by the HTTP server's threads
    bool last_reload_successful = true;
    std::optional<base::TimePoint> last_reload_success;
    std::optional<std::size_t> discovery_errors;
    std::string stuck;
    std::vector<std::unique_ptr<probes::Worker>> workers;
  };
  std::shared_ptr<const config::Settings> settings_;
  const base::TimePoint first_round_ends_;
  base::Guarded<Shared> shared_;
  CallKeeper calls_;
  std::vector<std::unique_ptr<probes::Worker>> retired_;  // with calls that have to be hung up
  IncidentLog incident_log_;                              // the analysis thread's
  std::unique_ptr<alerting::Alerting>
      alerting_;  // before the memory: what is due is read before a damaged file is moved
  std::unique_ptr<Memory> memory_;
  std::unique_ptr<Analysis> analysis_;
  std::unique_ptr<Recorder> recorder_;  // null: nothing is recorded
  std::unique_ptr<exporter::HttpServer> http_;
  std::vector<std::uint64_t> heartbeats_;
};

}  // namespace dialwatch::daemon
