#include "daemon/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "daemon/memory/past_incidents.h"
#include "daemon/version.h"

namespace dialwatch::daemon {
namespace {

using config::Settings;

// How long calls may take to end: when we stop, and when others watch on meanwhile; BYE is sent for 32 s.
constexpr std::chrono::seconds kHangUp(2), kHangUpUnhurried(40);

// A target's first turn is within the interval, late by its jitter at most, and takes its time.
base::TimePoint EndOfFirstRound(const config::Probing& probing) {
  return base::WallClockNow() + probing.interval + probing.interval / 10 + probing.timeout;
}

Analysis::Past PastOf(Memory& memory, const alerting::Alerting& alerting) {
  auto [history, incidents] = memory.TakePast();
  return {Recall(incidents, alerting.OpenIncidents()), std::move(history)};
}

exporter::SelfReport::Delivery Convert(const alerting::ReceiverStats& stats) {
  return {stats.delivered, stats.failed, stats.queued, stats.oldest_pending};
}

}  // namespace

base::Result<std::unique_ptr<Service>> Service::Start(std::shared_ptr<const Settings> settings,
                                                      const std::string& recording) {
  std::unique_ptr<Recorder> recorder;
  if (!recording.empty()) {
    auto opened = Recorder::Open(recording, *settings);
    if (!opened) return base::Error{"--record " + opened.error().what};
    recorder = *std::move(opened);
  }
  std::unique_ptr<Service> service(new Service(settings));
  service->recorder_ = std::move(recorder);
  auto http = exporter::HttpServer::Start(settings->exporter.listen,
                                          {[raw = service.get()] { return raw->analysis_->snapshot(); },
                                           [raw = service.get()] { return raw->Describe(); }, settings->state.path});
  if (!http) return http.error();
  service->http_ = std::move(*http);
  service->memory_->Start([raw = service.get()](probes::Sample sample) { raw->Take(std::move(sample)); },
                          [raw = service.get()](MemoryBook::Past past) {
                            raw->analysis_->Recall({Recall(past.incidents, {}), std::move(past.history)});
                          });
  service->StartWorkers();
  return service;
}

Service::Service(std::shared_ptr<const Settings> settings)
    : settings_(std::move(settings)),
      first_round_ends_(EndOfFirstRound(settings_->probing)),
      calls_(settings_->state.path, std::chrono::steady_clock::now()),
      alerting_(std::make_unique<alerting::Alerting>(settings_, settings_->state.path)),
      memory_(std::make_unique<Memory>(settings_->state)),
      analysis_(std::make_unique<Analysis>(
          settings_, PastOf(*memory_, *alerting_),
          [this](const diagnosis::Snapshot& snapshot) {
            incident_log_.Note(snapshot);
            memory_->Note(snapshot.incidents, snapshot.at);
            alerting_->Observe(snapshot.incidents);
          },
          [this](std::vector<state::HistoryRow> rows) { memory_->Add(std::move(rows)); })) {
  NoteReload(true);
}

void Service::Take(probes::Sample sample) {
  if (recorder_) recorder_->Add(sample);
  memory_->Add(sample);
  analysis_->Add(std::move(sample));
}

// Against the way of the data: whoever feeds ends before whoever is fed.
Service::~Service() {
  http_.reset();
  RetireWorkers();
  for (const auto& worker : retired_) worker->Retire(kHangUp);
  retired_.clear();
  calls_.Close(std::chrono::steady_clock::now());
  analysis_->Stop();  // the memory still tells it how it fares
  memory_->Stop();
  analysis_.reset();
  alerting_.reset();
}

bool Service::ready() const {
  const auto snapshot = analysis_->snapshot();
  return snapshot && snapshot->at >= first_round_ends_;
}

void Service::StartWorkers() {
  const auto targets = probes::TargetsOf(*settings_);
  const auto held = std::make_shared<probes::HeldNames>();
  const auto board = settings_->calls.empty() ? std::make_shared<probes::Switchboard>() : calls_.Board();
  std::vector<std::unique_ptr<probes::Worker>> workers;
  workers.reserve(static_cast<std::size_t>(settings_->probing.workers));
  for (int i = 0; i < settings_->probing.workers; ++i) {
    workers.push_back(std::make_unique<probes::Worker>(
        settings_, probes::ShareOf(targets, i, settings_->probing.workers),
        [this](probes::Sample sample) { Take(std::move(sample)); }, held, board));
  }
  RetireWorkers();
  shared_.With([&](Shared& shared) { shared.workers.swap(workers); });
}

// They end by themselves: one with an open call has it hung up first.
void Service::RetireWorkers() {
  std::erase_if(retired_, [](const auto& worker) { return worker->ended(); });
  std::vector<std::unique_ptr<probes::Worker>> retiring;
  shared_.With([&](Shared& shared) { retiring.swap(shared.workers); });
  for (auto& worker : retiring) {
    worker->Retire(kHangUpUnhurried);
    retired_.push_back(std::move(worker));
  }
}

base::Status Service::Apply(std::shared_ptr<const Settings> settings) {
  if (settings->exporter.listen != settings_->exporter.listen) {
    return base::Error{"exporter.listen has changed, which needs a restart"};
  }
  if (settings->state.path != settings_->state.path)
    return base::Error{"state.path has changed, which needs a restart"};
  settings_ = std::move(settings);
  if (recorder_) recorder_->Apply(*settings_);
  analysis_->Apply(settings_);
  alerting_->Apply(settings_);
  StartWorkers();
  heartbeats_.clear();
  return {};
}

void Service::ReopenRecording() {
  if (recorder_) recorder_->Reopen();
}

void Service::NoteReload(bool successful) {
  shared_.With([&](Shared& shared) {
    shared.last_reload_successful = successful;
    if (successful) shared.last_reload_success = base::WallClockNow();
  });
}

void Service::NoteDiscovery(std::optional<std::size_t> errors) {
  shared_.With([&](Shared& shared) { shared.discovery_errors = errors; });
}

exporter::SelfReport Service::Describe() {
  exporter::SelfReport self;
  self.version = kVersion;
  shared_.With([&](const Shared& shared) {
    self.last_reload_successful = shared.last_reload_successful;
    self.last_reload_success = shared.last_reload_success;
    self.discovery_errors = shared.discovery_errors;
    self.unhealthy = shared.stuck;
    for (const auto& worker : shared.workers) {
      self.scheduler_lag_seconds =
          std::max(self.scheduler_lag_seconds, std::chrono::duration<double>(worker->lag()).count());
    }
  });
  self.samples_dropped = analysis_->dropped();
  self.state_rows_dropped = memory_->dropped();
  for (const auto& [name, stats] : alerting_->Stats()) self.deliveries[name] = Convert(stats);
  self.ready = ready();
  self.state_degraded = memory_->degraded() || alerting_->degraded();
  return self;
}

std::string Service::FindStuckThread() {
  std::vector<std::pair<std::string, std::uint64_t>> beats{{"analysis", analysis_->heartbeat()},
                                                           {"alert delivery", alerting_->heartbeat()}};
  shared_.With([&](const Shared& shared) {
    for (const auto& worker : shared.workers) beats.emplace_back("probe worker", worker->heartbeat());
  });
  std::string stuck;
  const bool comparable = heartbeats_.size() == beats.size();
  heartbeats_.resize(beats.size());
  for (std::size_t i = 0; i < beats.size(); ++i) {
    if (comparable && heartbeats_[i] == beats[i].second) stuck = beats[i].first;
    heartbeats_[i] = beats[i].second;
  }
  shared_.With([&](Shared& shared) { shared.stuck = stuck; });
  return stuck;
}

}  // namespace dialwatch::daemon
