#include "tests/e2e/scenario.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/json.h"

namespace dialwatch::e2e {
namespace {

double Value(const std::string& line) {
  return std::strtod(line.c_str() + line.rfind(' '), nullptr);
}

lab::Daemon Launch(lab::Lab& lab, const lab::HttpSink& sink, lab::Config config,
                   const std::function<void(lab::Lab&)>& prepare) {
  if (prepare) prepare(lab);
  config.webhook = sink.url();
  WriteConfig(config, lab.folder());
  return lab::Daemon(lab.folder());
}

}  // namespace

Watched::Watched(lab::Config config, const std::function<void(lab::Lab&)>& prepare)
    : daemon(Launch(lab, sink, std::move(config), prepare)) {
  daemon.WaitReady();
}

Strings Watched::findings() const {
  return FindingIds(StatusOf(daemon));
}

bool Watched::Finds(const Strings& ids) {
  if (WaitUntil(kSoon, [&] { return findings() == ids; })) return true;
  MESSAGE("the findings are " << fmt::format("{}", fmt::join(findings(), " ")));
  return false;
}

void Watched::LetRounds(int count) const {
  const double before = ProbesOf(daemon, "google");
  const double dialers = static_cast<double>(StatusOf(daemon)["targets"].size());
  WaitUntil(kSoon + count * lab::Config::kInterval,
            [&] { return ProbesOf(daemon, "google") >= before + count * dialers; });
}

std::string Watched::Post(std::size_t count, std::chrono::seconds limit) const {
  WaitUntil(limit, [&] { return sink.bodies().size() >= count; });
  const auto bodies = sink.bodies();
  return bodies.size() < count ? "" : bodies[count - 1];
}

bool Watched::TellsOnce(const Strings& says) const {
  const std::string post = Post(1, 2 * kSoon);
  LetRounds(3);
  bool whole = sink.bodies().size() == 1;
  for (const std::string& part : says) whole = whole && Contains(post, part);
  if (!whole) MESSAGE("the posts are " << fmt::format("{}", fmt::join(sink.bodies(), "\n")));
  return whole;
}

bool Watched::TellsItsEnd(const std::string& says) const {
  const std::string post = Post(2, 2 * kSoon);
  LetRounds(3);
  const bool whole = sink.bodies().size() == 2 && Contains(post, "RESOLVED") && Contains(post, says);
  if (!whole) MESSAGE("the posts are " << fmt::format("{}", fmt::join(sink.bodies(), "\n")));
  return whole;
}

Json StatusOf(const lab::Daemon& daemon) {
  return Json::parse(daemon.Get("/api/v1/status"));
}

Strings FindingIds(const Json& object) {
  Strings ids;
  for (const Json& finding : object["findings"]) ids.push_back(finding["id"]);
  std::sort(ids.begin(), ids.end());
  return ids;
}

double ProbesOf(const lab::Daemon& daemon, const std::string& resolver, const std::string& result) {
  double sum = 0;
  for (const std::string& line : daemon.Metrics("dialwatch_probes_total{")) {
    const bool wanted = result.empty() || Contains(line, fmt::format("result=\"{}\"", result));
    if (wanted && Contains(line, fmt::format("via=\"{}\"", resolver))) sum += Value(line);
  }
  return sum;
}

double ValueOf(const lab::Daemon& daemon, const std::string& series) {
  const auto lines = daemon.Metrics(series + " ");
  return lines.empty() ? std::nan("") : Value(lines.front());
}

double SecondsUntil(const std::string& time) {
  std::tm parts{};
  if (strptime(time.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nan("");
  return std::difftime(timegm(&parts), std::time(nullptr));
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace dialwatch::e2e
