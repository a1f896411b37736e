#include "exporter/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/json.h"
#include "exporter/memory_pages.h"
#include "exporter/metrics.h"
#include "exporter/status_json.h"
#include "exporter/text_format.h"

namespace dialwatch::exporter {
namespace {

struct Request {
  std::string_view rest;  // of the path, after the route's
  const Parameters& parameters;
  const Sources& sources;
  base::TimePoint now;
};

struct Route {
  std::string_view path;  // one that ends in "/ID" takes any last segment
  std::string_view what;
  Page (*render)(const Request&);
  bool remembered = false;  // from the database
};

Page Index(const Request& request);

Page Metrics(const Request& request) {
  const auto snapshot = request.sources.snapshot();
  return {200, kTextFormatType, RenderText(CollectMetrics(snapshot.get(), request.sources.self(), request.now))};
}

Page Status(const Request& request) {
  return {200, kJsonType, RenderStatus(request.sources.snapshot().get(), request.sources.self())};
}

Page Incidents(const Request& request) {
  return IncidentsPage(request.parameters, request.sources);
}

Page Incident(const Request& request) {
  return IncidentPage(request.rest, request.sources);
}

Page Samples(const Request& request) {
  return SamplesPage(request.parameters, request.sources, request.now);
}

Page Healthy(const Request& request) {
  const std::string reason = request.sources.self().unhealthy;
  if (reason.empty()) return {.body = "healthy\n"};
  return {.status = 503, .body = fmt::format("unhealthy: {}\n", reason)};
}

Page Ready(const Request& request) {
  if (request.sources.self().ready) return {.body = "ready\n"};
  return {.status = 503, .body = "not ready: the first round of probes has not ended yet\n"};
}

constexpr Route kRoutes[] = {
    {"/", "this list", Index},
    {"/metrics", "for Prometheus", Metrics},
    {"/api/v1/status", "all that is known now", Status},
    {"/api/v1/incidents", "open incidents, and those of the last year", Incidents, true},
    {"/api/v1/incidents/ID", "one of them", Incident, true},
    {"/api/v1/samples", "what was seen: ?dialer=NAME&from=TIME", Samples, true},
    {"/-/healthy", "200 while all threads make progress, else 503", Healthy},
    {"/-/ready", "200 once the first round of probes has ended, before that 503", Ready},
};

std::string ListOfRoutes() {
  std::string list;
  for (const Route& route : kRoutes) fmt::format_to(std::back_inserter(list), "{:<22}{}\n", route.path, route.what);
  return list;
}

Page Index(const Request& request) {
  return {.body = fmt::format("dialwatch {}\n\n{}", request.sources.self().version, ListOfRoutes())};
}

Page NotFoundAsJson(std::string_view error) {
  base::Json body{{"error", error}, {"routes", base::Json::array()}};
  for (const Route& route : kRoutes) body["routes"].push_back(route.path);
  return {404, kJsonType, base::Dump(body)};
}

Page NotFound(std::string_view path) {
  if (path.starts_with("/api/")) return NotFoundAsJson("no such page");
  return {.status = 404, .body = fmt::format("no such page; there are:\n\n{}", ListOfRoutes())};
}

// What stands in `path` for the route's "ID", "" where it has none, nothing where the route does not fit.
std::optional<std::string_view> Match(std::string_view route, std::string_view path) {
  if (!route.ends_with("/ID")) return route == path ? std::optional(std::string_view()) : std::nullopt;
  route.remove_suffix(2);
  if (!path.starts_with(route) || path.size() == route.size()) return std::nullopt;
  return path.substr(route.size());
}

}  // namespace

Page RenderPage(std::string_view path, const Parameters& parameters, const Sources& sources, base::TimePoint now) {
  for (const Route& route : kRoutes) {
    if (const auto rest = Match(route.path, path)) return route.render({*rest, parameters, sources, now});
  }
  return NotFound(path);
}

bool IsRemembered(std::string_view path) {
  return std::ranges::any_of(kRoutes, [&](const Route& route) { return route.remembered && Match(route.path, path); });
}

Page MethodNotAllowed() {
  return {.status = 405, .body = "only GET and HEAD are answered here\n"};
}

}  // namespace dialwatch::exporter
