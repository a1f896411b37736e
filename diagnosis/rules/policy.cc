#include "diagnosis/rules/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/count.h"
#include "base/printable.h"
#include "diagnosis/evidence.h"

namespace dialwatch::diagnosis {
namespace {

using probes::IceConfigOutcome, probes::IceConfigSample, probes::IceServerInFile, probes::OwnResolver;
using Kind = config::IceConfig::Kind;

constexpr std::size_t kRows = 10;   // of evidence: a bundle may name one server a hundred times
constexpr std::size_t kHosts = 20;  // of a location that are told one by one: a page must not make a thousand incidents
constexpr std::size_t kAllowed = 4;  // names of a list that a sentence still bears
constexpr int kFailuresToTell = 2;   // of a location that could be read before: a server restarts, a file is rewritten

bool IsAllowed(const std::string& host, const Settings& settings) {
  const auto& allowed = settings.policy.allowed_stun;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), host) != allowed.end();
}

// "stun.telnyx.com and turn.telnyx.com", "9.9.9.9, 1.1.1.1, 8.8.8.8, 8.8.4.4 and 2 more".
std::string AllowedText(std::vector<std::string> names) {
  const std::size_t more = names.size() > kAllowed ? names.size() - kAllowed : 0;
  names.resize(names.size() - more);
  if (more > 0) names.push_back(fmt::format("{} more", more));
  return Enumerate(names);
}

std::string Where(const IceServerInFile& server) {
  return base::Printable(server.Where(), 300);
}

EvidenceRow RowOf(const IceServerInFile& found, const IceConfigSeries& series) {
  EvidenceRow row;
  row.vantage = Where(found);
  row.answer = base::Printable(found.server.text, 200);
  if (found.server.times > 1) {
    row.note = base::Count(found.server.times, "time");
  } else if (series.failures > 0 && &series.told() == series.read.get()) {
    row.note = fmt::format("read at {}, and not since", base::FormatClock(series.read->at));
  }
  return row;
}

const char* Readers(Kind kind) {
  return kind == Kind::kAsterisk ? "dialers" : "clients";
}

const char* HowToReload(Kind kind) {
  return kind == Kind::kAsterisk
             ? "then have Asterisk read it again (module reload res_rtp_asterisk.so); calls that stand keep the old one"
             : "then have the webphones load it again: pages that are open keep the old one";
}

Finding Forbidden(const std::vector<const IceServerInFile*>& servers, const IceConfigSeries& series,
                  const Settings& settings) {
  const IceConfigSample& told = series.told();
  const std::string& host = servers.front()->server.uri->host;
  Finding finding;
  finding.subject.server = host;
  finding.subject.file = probes::ShownLocation(told.location);
  finding.since = told.at;
  finding.summary =
      fmt::format("{} tells {} to use {}, which is not among the servers allowed: {}", Where(*servers.front()),
                  Readers(told.kind), host, AllowedText(settings.policy.allowed_stun));
  for (const IceServerInFile* server : servers) {
    if (finding.evidence.size() < kRows) finding.evidence.push_back(RowOf(*server, series));
  }
  finding.advice = {
      fmt::format("take {} out at {}, or add it to policy.allowed_stun if it is meant", host, Where(*servers.front())),
      HowToReload(told.kind)};
  return finding;
}

Finding ManyForbidden(const std::vector<const IceServerInFile*>& servers, const IceConfigSeries& series,
                      const Settings& settings) {
  Finding finding = Forbidden(servers, series, settings);
  finding.subject.server.clear();
  finding.summary = fmt::format("{} names {} more that are not among the servers allowed", finding.subject.file,
                                base::Count(servers.size(), "server"));
  finding.advice.front() = "see whether this is the right place at all: so many servers are no webphone's";
  return finding;
}

// What the evidence of one that cannot be read has to add: what is held against the policy all the same.
std::string WhatIsKnown(const IceConfigSeries& series) {
  const IceConfigSample& told = series.told();
  if (told.outcome == IceConfigOutcome::kUnreadable) return "not read yet";
  return fmt::format("{} in {} at {}", base::Count(told.servers.size(), "server"),
                     told.outcome == IceConfigOutcome::kRead ? "what was last read," : "what could be read",
                     base::FormatClock(told.at));
}

std::string UntilItIsRead(const IceConfigSeries& series) {
  switch (series.told().outcome) {
    case IceConfigOutcome::kRead:
      return "until then what it said last is held against the policy";
    case IceConfigOutcome::kIncomplete:
      return "until then what can be read of it is held against the policy";
    case IceConfigOutcome::kUnreadable:
      break;
  }
  return "until then nobody knows which servers it names";
}

// The error says what is wrong, of a file also what to do.
std::string FirstStep(const IceConfigSample& failed, const std::string& location) {
  if (failed.outcome == IceConfigOutcome::kIncomplete)
    return fmt::format("see to the part that is named; the rest of {} can be read", location);
  if (failed.kind == Kind::kUrl)
    return fmt::format("open {} from this machine; name the new place in the config if it has moved", location);
  return fmt::format("mend that, or correct {} in the config if it is not the place any more", location);
}

Finding Unreadable(const IceConfigSeries& series) {
  const IceConfigSample& newest = *series.newest;
  const bool in_part = newest.outcome == IceConfigOutcome::kIncomplete;
  Finding finding;
  finding.subject.file = probes::ShownLocation(newest.location);
  finding.since = series.failing_since;
  finding.summary = fmt::format("the servers that {} are told to use {} checked: {}", Readers(newest.kind),
                                in_part ? "can only in part be" : "cannot be", base::Printable(newest.error, 300));
  EvidenceRow row;
  row.vantage = finding.subject.file;
  row.note = WhatIsKnown(series);
  finding.evidence.push_back(std::move(row));
  finding.advice = {FirstStep(newest, finding.subject.file), UntilItIsRead(series)};
  return finding;
}

Finding OwnResolversUnknown(const probes::ResolvConfSample& own) {
  Finding finding;
  finding.subject.file = "/etc/resolv.conf";
  finding.since = own.at;
  finding.summary = fmt::format("whom this machine asks for names is not known: {}", base::Printable(own.error, 300));
  finding.advice = {"see who writes that file (DHCP, systemd-resolved); without it the C library asks 127.0.0.1"};
  return finding;
}

// A page that loads its servers while it runs, or from elsewhere, looks as if it kept the policy. Asterisk needs none.
void FindNone(const IceConfigSeries& series, std::vector<Finding>& findings) {
  const IceConfigSample& told = series.told();
  if (told.kind == Kind::kAsterisk || !told.servers.empty()) return;
  Finding finding;
  finding.severity = Severity::kInfo;
  finding.subject.file = probes::ShownLocation(told.location);
  finding.since = told.at;
  finding.summary =
      fmt::format("{} names no STUN or TURN server, so nothing is held against the policy", finding.subject.file);
  finding.advice = {
      "see where its readers get their servers from, such as a script of another origin or an API, and name that"};
  findings.push_back(std::move(finding));
}

// Servers that stand there in a way that nobody can hold against anything.
void FindUnclear(const IceConfigSeries& series, std::vector<Finding>& findings) {
  std::vector<EvidenceRow> rows;
  std::size_t count = 0;
  for (const IceServerInFile& server : series.told().servers) {
    if (server.server.uri) continue;
    if (++count <= kRows) rows.push_back(RowOf(server, series));
  }
  if (count == 0) return;
  const std::string location = probes::ShownLocation(series.told().location);
  Finding finding;
  finding.severity = Severity::kInfo;
  finding.subject.file = location;
  finding.since = series.told().at;
  finding.summary = fmt::format("{} names {} whose host is not to be told from its text, first at {}", location,
                                base::Count(count, "server"), rows.front().vantage);
  finding.evidence = std::move(rows);
  finding.advice = {"see whether what it becomes is allowed; write the host out if it need not be made up"};
  findings.push_back(std::move(finding));
}

}  // namespace

std::vector<Finding> IceServerForbidden(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [location, series] : situation.picture.policy().ice_configs) {
    std::map<std::string, std::vector<const IceServerInFile*>> forbidden;  // by host
    for (const IceServerInFile& server : series.told().servers) {
      const auto& uri = server.server.uri;
      if (uri && !IsAllowed(uri->host, situation.settings)) forbidden[uri->host].push_back(&server);
    }
    std::size_t told = 0;
    std::vector<const IceServerInFile*> rest;
    for (const auto& [host, servers] : forbidden) {
      if (++told <= kHosts) {
        findings.push_back(Forbidden(servers, series, situation.settings));
      } else {
        rest.insert(rest.end(), servers.begin(), servers.end());
      }
    }
    if (!rest.empty()) findings.push_back(ManyForbidden(rest, series, situation.settings));
  }
  return findings;
}

std::vector<Finding> ResolverForbidden(const Situation& situation) {
  const auto& own = situation.picture.policy().own_resolvers;
  const auto& allowed = situation.settings.policy.allowed_resolvers;
  if (!own || allowed.empty()) return {};
  std::map<base::IpAddress, std::vector<const OwnResolver*>> forbidden;
  for (const OwnResolver& each : own->resolvers) {
    if (std::find(allowed.begin(), allowed.end(), each.address) == allowed.end())
      forbidden[each.address].push_back(&each);
  }
  std::vector<std::string> names;
  names.reserve(allowed.size());
  for (const base::IpAddress& address : allowed) names.push_back(address.ToString());
  std::vector<Finding> findings;
  for (const auto& [address, places] : forbidden) {
    Finding finding;
    finding.subject.resolver = address.ToString();
    finding.since = own->at;
    finding.summary = fmt::format("this machine asks {} for names ({}), which is not among the resolvers allowed: {}",
                                  address.ToString(), places.front()->where, AllowedText(names));
    for (const OwnResolver* place : places) {
      EvidenceRow row;
      row.vantage = place->where;
      row.answer = address.ToString();
      finding.evidence.push_back(std::move(row));
    }
    finding.advice = {
        fmt::format(
            "see who writes it there (DHCP, VPN, systemd-resolved) and have an allowed one named instead, or add "
            "{} to policy.allowed_resolvers if it is meant",
            address.ToString()),
        "what hands it to this machine hands it to others: look at the DHCP server of this network"};
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> PolicyUnreadable(const Situation& situation) {
  std::vector<Finding> findings;
  for (const auto& [location, series] : situation.picture.policy().ice_configs) {
    if (series.failures >= (series.read ? kFailuresToTell : 1)) {
      findings.push_back(Unreadable(series));
    } else if (!situation.settings.policy.allowed_stun.empty()) {
      FindNone(series, findings);
      FindUnclear(series, findings);
    }
  }
  const auto& own = situation.picture.policy().own_resolvers;
  if (own && !own->error.empty()) findings.push_back(OwnResolversUnknown(*own));
  return findings;
}

}  // namespace dialwatch::diagnosis
