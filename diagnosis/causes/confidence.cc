#include "diagnosis/causes/confidence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/count.h"
#include "base/json.h"
#include "base/names.h"
#include "diagnosis/whom.h"

namespace dialwatch::diagnosis {
namespace {

// Rules that hold what a resolver says against what is right.
constexpr std::array<std::string_view, 3> kContent{"dns-bogus", "dns-stale", "dns-denied"};
// Rules about something that does not answer, where others that do show that it is not ourselves.
constexpr std::array<std::string_view, 7> kOutages{"dns-resolver-down", "dns-authority-down", "dns-failing",
                                                   "dns-port-blocked",  "stun-down",          "turn-down",
                                                   "turn-auth"};

template <std::size_t count>
bool IsOne(const std::array<std::string_view, count>& rules, const Finding& finding) {
  return std::ranges::find(rules, finding.rule) != rules.end();
}

// Who speaks in the evidence of one finding about a resolver.
struct Voices {
  std::set<base::Endpoint> authorities;            // that are well
  std::set<std::string> others, others_no_better;  // operators
  std::set<std::string> answers;                   // of those that are well
  bool authority_asked = false;
};

Voices VoicesOf(const Finding& finding, const std::string& own, const Settings& settings) {
  Voices voices;
  for (const EvidenceRow& row : finding.evidence) {
    if (!row.via) continue;
    const bool good = row.stance == Stance::kGood;
    if (good) voices.answers.insert(row.answer.value_or(""));
    if (row.via->kind == probes::Via::Kind::kAuthority) {
      voices.authority_asked = true;
      if (good) voices.authorities.insert(row.via->server);
      continue;
    }
    const std::string& name = config::OperatorOf(settings, row.via->name);
    if (name == own || row.stance == Stance::kNone) continue;
    (good ? voices.others : voices.others_no_better).insert(name);
  }
  return voices;
}

// "2 authoritative servers and 1 other operator agree on 198.51.100.11". A chain is as strong as its weakest link: of
// many findings the one that fewest speak for counts.
void WeighAgreement(const Cause& cause, const Settings& settings, Confidence& confidence) {
  if (!IsOne(kContent, cause.findings.front())) return;
  std::vector<Voices> all;
  for (const Finding& finding : cause.findings) all.push_back(VoicesOf(finding, cause.about, settings));
  const Voices& weakest = *std::ranges::min_element(
      all, {}, [](const Voices& each) { return each.authorities.size() + each.others.size(); });
  std::vector<std::string> sides;
  if (const auto n = weakest.authorities.size(); n > 0) sides.push_back(base::Count(n, "authoritative server"));
  if (const auto n = weakest.others.size(); n > 0) sides.push_back(base::Count(n, "other operator"));
  const bool one_answer = all.size() == 1 && weakest.answers.size() == 1 && !weakest.answers.begin()->empty();
  if (weakest.authorities.size() + weakest.others.size() > 1) {
    confidence.reasons_for.push_back(
        fmt::format("{} agree on {}", Enumerate(sides), one_answer ? *weakest.answers.begin() : "what is right"));
  } else if (!sides.empty()) {
    confidence.reasons_for.push_back(sides.front() + " contradicts it");
  }
  if (!std::ranges::all_of(all, &Voices::authority_asked)) {
    confidence.reasons_against.emplace_back("the authority was not asked");
  } else if (weakest.authorities.empty()) {
    confidence.reasons_against.emplace_back("no authoritative server says what is right");
  }
  if (const auto n = weakest.others_no_better.size(); n > 0) {
    confidence.reasons_against.push_back(
        fmt::format("{} {} no better", base::Count(n, "other operator"), n == 1 ? "does" : "do"));
  }
}

void WeighConfirmations(const Cause& cause, Confidence& confidence) {
  int wrong = 0, answers = 0;
  for (const Finding& finding : cause.findings) {
    if (!finding.spread) continue;
    wrong += finding.spread->wrong;
    answers += finding.spread->answers;
  }
  if (wrong > 1) confidence.reasons_for.push_back(fmt::format("seen in {} replies", wrong));
  if (wrong < answers) {
    confidence.reasons_against.push_back(fmt::format("{} of {} replies were right: only some caches of {} are wrong",
                                                     answers - wrong, answers, cause.about));
  }
}

void WeighSymptoms(const Cause& cause, Confidence& confidence) {
  std::set<std::string> others;
  bool misdirected = false;
  for (const Finding& symptom : cause.symptoms) {
    misdirected = misdirected || symptom.rule == "media-misdirected";
    if (symptom.rule != "media-misdirected") others.insert(symptom.rule);
  }
  if (misdirected) confidence.reasons_for.emplace_back("audio echoes at the right address and not at the wrong one");
  if (!others.empty()) {
    confidence.reasons_for.push_back("it explains what else is found: " + Enumerate({others.begin(), others.end()}));
  }
}

void WeighOutage(const Cause& cause, Confidence& confidence) {
  if (!IsOne(kOutages, cause.findings.front())) return;
  std::set<std::string> well;
  for (const Finding& finding : cause.findings) {
    for (const EvidenceRow& row : finding.evidence) {
      if (row.stance == Stance::kGood) well.insert(row.vantage);
    }
  }
  if (well.empty()) {
    confidence.reasons_against.emplace_back("nobody else of its kind shows that the way there is open");
  } else {
    confidence.reasons_for.push_back(fmt::format("{} {} meanwhile", base::Count(well.size(), "other vantage point"),
                                                 well.size() == 1 ? "answers" : "answer"));
  }
}

// What calls and the RTP port say of a host that audio does not come back from.
void WeighSilence(const Cause& cause, Confidence& confidence) {
  if (cause.findings.front().rule != "rtp-unreachable") return;
  bool calls_silent = false, calls_answered = false, port_answers = false, any = false;
  for (const EvidenceRow& row : cause.findings.front().evidence) {
    const bool call = row.vantage.starts_with("call"), port = row.vantage.starts_with("rtp.port");
    any = any || call || port;
    calls_silent = calls_silent || (call && row.stance == Stance::kBad);
    calls_answered = calls_answered || (call && row.stance != Stance::kBad);
    port_answers = port_answers || (port && row.stance == Stance::kGood);
  }
  if (calls_silent) confidence.reasons_for.emplace_back("it does not answer calls either");
  if (calls_answered) confidence.reasons_against.emplace_back("it answers calls");
  if (port_answers) confidence.reasons_against.emplace_back("its host answers at the RTP port");
  if (!any)
    confidence.reasons_against.emplace_back("neither calls nor an RTP port are there to tell host and reflector apart");
}

void WeighExpectation(const Cause& cause, const Settings& settings, Confidence& confidence) {
  if (!IsOne(kContent, cause.findings.front())) return;
  const auto affected = DialersOf(cause.findings);
  const bool expected = std::ranges::all_of(settings.dialers, [&](const config::Dialer& dialer) {
    return !dialer.expect.empty() || std::ranges::find(affected, dialer.name) == affected.end();
  });
  if (expected) {
    confidence.reasons_for.emplace_back("the config's `expect` says what is right");
  } else {
    confidence.reasons_against.emplace_back("no `expect` is configured");
  }
}

}  // namespace

Confidence Weigh(const Cause& cause, const Settings& settings) {
  Confidence confidence;
  WeighAgreement(cause, settings, confidence);
  WeighOutage(cause, confidence);
  WeighSilence(cause, confidence);
  WeighSymptoms(cause, confidence);
  WeighConfirmations(cause, confidence);
  WeighExpectation(cause, settings, confidence);
  const std::size_t pro = confidence.reasons_for.size(), contra = confidence.reasons_against.size();
  if (pro > contra) confidence.level = pro > contra + 1 ? Confidence::Level::kCertain : Confidence::Level::kLikely;
  return confidence;
}

std::string Sentence(const Confidence& confidence) {
  const auto& [level, pro, contra] = confidence;
  std::string text(base::NameOf(level));
  if (!pro.empty()) text += fmt::format(": {}", fmt::join(pro, "; "));
  if (!contra.empty()) text += fmt::format("{} but {}", pro.empty() ? ":" : ";", fmt::join(contra, "; "));
  return text;
}

base::Json ToJson(const Confidence& confidence) {
  return {{"level", base::NameOf(confidence.level)},
          {"for", confidence.reasons_for},
          {"against", confidence.reasons_against}};
}

}  // namespace dialwatch::diagnosis
