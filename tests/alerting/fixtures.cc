#include "tests/alerting/fixtures.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

namespace dialwatch::alerting {

using namespace std::chrono_literals;

TimePoint At(std::int64_t seconds) {
  return TimePoint(std::chrono::seconds(1'598'879'100 + seconds));
}

Incident BogusAtGoogle(diagnosis::IncidentState state, int affected) {
  Incident incident;
  incident.id = "dns-bogus:google:20200831T130500Z";
  incident.key = "dns-bogus:google";
  incident.cause = "dns-bogus";
  incident.severity = Severity::kCritical;
  incident.state = state;
  incident.since = At(0);
  incident.summary = "google gives 203.0.113.66 for d1.example.com, which no authority ever gave";
  incident.eta = At(86'340);
  incident.peak = {At(0), static_cast<std::size_t>(affected)};
  incident.confidence = {
      diagnosis::Confidence::Level::kLikely, {"2 other operators agree"}, {"no `expect` is configured"}};
  incident.advice = {"Take google's 8.8.8.8 out of the clients and use quad9", "Flush the name at google"};
  for (int i = 1; i <= affected; ++i) {
    diagnosis::Finding finding;
    finding.id = fmt::format("dns-bogus:d{}:google", i);
    finding.rule = "dns-bogus";
    finding.severity = Severity::kCritical;
    finding.subject = {fmt::format("d{}", i), "google", "", "", ""};
    finding.since = At(0);
    finding.summary = incident.summary;
    const auto add = [&](std::string vantage, std::string answer, int ttl) {
      diagnosis::EvidenceRow row;
      row.vantage = std::move(vantage);
      row.answer = std::move(answer);
      row.ttl = std::chrono::seconds(ttl);
      finding.evidence.push_back(std::move(row));
    };
    add("google (8.8.8.8)", "203.0.113.66", 86'280);
    add("authority (192.0.2.53)", fmt::format("198.51.100.{}", 10 + i), 300);
    add("quad9 (9.9.9.9)", fmt::format("198.51.100.{}", 10 + i), 250);
    finding.affected = {finding.subject.dialer};
    finding.eta = At(86'340);
    finding.advice = incident.advice;
    incident.affected.push_back(finding.subject.dialer);
    incident.findings.push_back(std::move(finding));
  }
  return incident;
}

Incident Renamed(Incident incident, const std::string& id) {
  incident.id = id;
  incident.key = "key of " + id;
  return incident;
}

Incident ResolvedAt(Incident incident, TimePoint until) {
  incident.state = diagnosis::IncidentState::kResolved;
  incident.until = until;
  return incident;
}

config::Settings SettingsWith(const std::vector<std::string>& receivers, const std::string& folder) {
  config::Settings settings;
  settings.source = folder + "/dialwatch.toml";
  settings.vantage.name = "office-east";
  settings.alerting.status_url = "https://status.example.com/";
  for (const std::string& name : receivers) {
    config::Receiver receiver;
    receiver.name = name;
    receiver.kind = "slack";
    receiver.url_file = name + ".url";
    settings.receivers.push_back(receiver);
  }
  return settings;
}

CapturedStderr::CapturedStderr() : saved_(dup(STDERR_FILENO)) {
  const int file = open((folder_ / "stderr").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  dup2(file, STDERR_FILENO);
  close(file);
}

CapturedStderr::~CapturedStderr() {
  dup2(saved_, STDERR_FILENO);
  close(saved_);
}

std::string CapturedStderr::text() const {
  return ReadWhole(folder_ / "stderr");
}

bool Eventually(const std::function<bool()>& holds) {
  for (const auto deadline = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < deadline;) {
    if (holds()) return true;
    std::this_thread::sleep_for(5ms);
  }
  return holds();
}

std::string ReadWhole(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::size_t CountOf(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace dialwatch::alerting
