#include "diagnosis/evidence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/duration_text.h"
#include "base/names.h"
#include "base/natural_order.h"
#include "base/printable.h"
#include "diagnosis/dns/answer.h"
#include "probes/dns/extended_error.h"
#include "probes/dns/site.h"

namespace dialwatch::diagnosis {
namespace {

std::string NoteOn(const Judgement& judgement) {
  const DnsSample& sample = *judgement.sample;
  std::string note(base::NameOf(judgement.verdict));
  if (sample.outcome != probes::DnsOutcome::kAnswered) note = base::NameOf(sample.outcome);
  if (!judgement.newest) note += ", seen " + base::FormatClock(sample.at);
  if (judgement.eta) note += ", until " + base::FormatRfc3339Seconds(*judgement.eta);
  for (const probes::ExtendedError& error : sample.extended_errors) note += ", " + ExtendedErrorText(error);
  if (!sample.nsid.empty()) note += ", site " + probes::SiteOf(sample.nsid);
  if (sample.transport != config::Transport::kUdp) note += fmt::format(", over {}", base::NameOf(sample.transport));
  if (!sample.error.empty()) note += ": " + base::Printable(sample.error, 80);
  return note;
}

Stance StanceOf(const Judgement& judgement) {
  const Verdict verdict = judgement.verdict;
  if (verdict == Verdict::kOk) return Stance::kGood;
  const bool no_authority = IsAuthority(judgement) && !judgement.sample->aa;
  const bool bad =
      no_authority || NeedsConfirmation(verdict) || verdict == Verdict::kFailing || verdict == Verdict::kUnexpected;
  return bad ? Stance::kBad : Stance::kNone;
}

int Rank(const Judgement& judgement) {
  return judgement.verdict == Verdict::kOk || judgement.verdict == Verdict::kUnknown ? 2 : 1;
}

}  // namespace

std::vector<DialerCase> CasesOf(const Situation& situation) {
  std::vector<DialerCase> cases;
  std::span<const Judgement> rest = situation.judgements;
  for (const config::Dialer& dialer : situation.settings.dialers) {
    const auto end = std::find_if(rest.begin(), rest.end(),
                                  [&](const Judgement& judgement) { return judgement.dialer != dialer.name; });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    cases.push_back({dialer, rest.first(count)});
    rest = rest.subspan(count);
  }
  return cases;
}

bool IsAuthority(const Judgement& judgement) {
  return judgement.sample->via.kind == probes::Via::Kind::kAuthority;
}

bool IsOf(const Judgement& judgement, const std::string& resolver) {
  return !IsAuthority(judgement) && judgement.sample->via.name == resolver;
}

const DnsSeries* FindSeries(const Picture& picture, const Judgement& judgement) {
  const NameView* name = picture.Find({judgement.sample->host, judgement.sample->type});
  if (name == nullptr) return nullptr;
  for (const DnsSeries& series : IsAuthority(judgement) ? name->authorities : name->resolvers) {
    if (series.newest == judgement.sample) return &series;
  }
  return nullptr;
}

EvidenceRow RowOf(const Judgement& judgement) {
  const DnsSample& sample = *judgement.sample;
  EvidenceRow row;
  row.vantage = sample.via.ToString();
  row.note = NoteOn(judgement);
  row.stance = StanceOf(judgement);
  row.via = sample.via;
  if (sample.outcome != probes::DnsOutcome::kAnswered) return row;
  if (const auto answers = AnswersOf(sample); !answers.empty()) row.answer = AnswerText(answers);
  if (const auto ttl = CopyTtl(sample); !Fails(sample)) row.ttl = ttl;
  row.rcode = probes::FormatRcode(sample.rcode);
  row.rtt_ms = static_cast<double>(sample.rtt.count()) / 1000;
  return row;
}

std::string GiversText(std::vector<std::string> resolvers, bool by_authority) {
  if (by_authority) resolvers.insert(resolvers.begin(), "authority");
  return Enumerate(resolvers);
}

std::string GiversText(const probes::MediaSubject& subject) {
  return GiversText(subject.resolved_via, subject.by_authority);
}

std::string GiversText(const probes::CallSubject& subject) {
  return GiversText(subject.resolved_via, subject.by_authority);
}

EvidenceRow RowOf(const PortSample& sample) {
  EvidenceRow row;
  row.vantage = fmt::format("rtp.port {} ({})", sample.subject.address.ToString(), GiversText(sample.subject));
  if (sample.rtt) row.rtt_ms = Milliseconds(*sample.rtt);
  row.note = fmt::format("{}: {}", base::NameOf(sample.outcome), ExplainPort(sample.outcome));
  row.stance = IsHostThere(sample.outcome) ? Stance::kGood : Stance::kNone;
  return row;
}

std::vector<EvidenceRow> PortEvidence(const Picture& picture, const std::string& dialer,
                                      const std::vector<std::string>& addresses) {
  std::vector<EvidenceRow> rows;
  const auto view = picture.ports().find(dialer);
  if (view == picture.ports().end()) return rows;
  for (const PortSample* sample : view->second.Current()) {
    const std::string address = sample->subject.address.address.ToString();
    if (std::find(addresses.begin(), addresses.end(), address) != addresses.end()) rows.push_back(RowOf(*sample));
  }
  return rows;
}

std::vector<EvidenceRow> EvidenceFor(const DialerCase& dialer, const std::function<bool(const Judgement&)>& wrong) {
  std::vector<RecordType> types;
  for (const Judgement& judgement : dialer.judgements) {
    if (wrong(judgement)) types.push_back(judgement.sample->type);
  }
  std::vector<std::pair<int, EvidenceRow>> ranked;
  for (const Judgement& judgement : dialer.judgements) {
    if (std::find(types.begin(), types.end(), judgement.sample->type) == types.end()) continue;
    ranked.emplace_back(wrong(judgement) ? 0 : Rank(judgement), RowOf(judgement));
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<EvidenceRow> rows;
  rows.reserve(ranked.size());
  for (auto& [rank, row] : ranked) rows.push_back(std::move(row));
  return rows;
}

std::string ReferenceText(const Reference& reference) {
  std::vector<std::string> texts;
  for (const auto& answers : reference.answers) texts.push_back(AnswerText(answers));
  return fmt::format("{}", fmt::join(texts, " or "));
}

std::string LifeLeft(std::optional<TimePoint> eta, TimePoint now, int copies) {
  if (!eta || *eta < now + std::chrono::seconds(1)) return "";
  return fmt::format("; {} lives {} more", copies > 1 ? "the last of these" : "its copy",
                     base::DescribeDuration(*eta - now));
}

double Milliseconds(std::chrono::microseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

std::vector<std::string> AllDialers(const Settings& settings) {
  std::vector<std::string> names;
  for (const config::Dialer& dialer : settings.dialers) names.push_back(dialer.name);
  base::SortNames(names);
  return names;
}

bool IsTold(const std::vector<Finding>& findings, const Subject& subject) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& each) { return each.subject == subject; });
}

}  // namespace dialwatch::diagnosis
