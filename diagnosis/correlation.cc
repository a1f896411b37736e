#include "diagnosis/correlation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

namespace dialwatch::diagnosis {
namespace {

// What a cause and its symptom must have in common. A cause that names no server is about all of them.
enum class Scope : std::uint8_t { kDialer, kResolver, kDialerAndResolver, kServer };

// Where a finding of `cause` stands, one of `symptom` follows from it.
struct Explanation {
  std::string_view cause, symptom;
  Scope scope;
};

constexpr std::array kExplanations{
    // an authority that says the wrong thing makes good resolvers look wrong, and its TTLs are those of the wrong zone
    Explanation{"dns-unexpected", "dns-stale", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-served-stale", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-denied", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-authority-split", Scope::kDialer},
    Explanation{"dns-unexpected", "ttl-policy", Scope::kDialer},
    Explanation{"dns-unexpected", "ttl-impossible", Scope::kDialer},
    Explanation{"dns-unexpected", "ttl-lingering", Scope::kDialer},
    Explanation{"dns-unexpected", "dns-failing", Scope::kDialer},
    Explanation{"dns-authority-down", "dns-failing", Scope::kDialer},
    Explanation{"dns-authority-down", "dns-served-stale", Scope::kDialer},
    // a resolver that validates is right to refuse what is signed wrong
    Explanation{"dns-signature-expiry", "dns-dnssec", Scope::kDialer},
    // whoever answers in a resolver's place does so with everything
    Explanation{"dns-intercepted", "dns-bogus", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-stale", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-denied", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "dns-filtered", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-intercepted", "ttl-frozen", Scope::kDialerAndResolver},
    // each version has TTLs of its own; a resolver that gives a version's answer is right as it is
    Explanation{"dns-authority-split", "ttl-uneven", Scope::kDialer},
    Explanation{"dns-authority-split", "ttl-lingering", Scope::kDialer},
    Explanation{"dns-resolver-down", "dns-failing", Scope::kResolver},
    // a wrong copy has a TTL as well, and it is the copy that has to go
    Explanation{"dns-bogus", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-bogus", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-denied", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-denied", "ttl-lingering", Scope::kDialerAndResolver},
    Explanation{"dns-filtered", "ttl-impossible", Scope::kDialerAndResolver},
    Explanation{"dns-bogus", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-filtered", "ttl-frozen", Scope::kDialerAndResolver},
    Explanation{"dns-served-stale", "ttl-frozen", Scope::kDialerAndResolver},
    // callers go where the name leads: the wrong answer is the cause, that they are not heard is what it does
    Explanation{"dns-intercepted", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-bogus", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-stale", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"dns-filtered", "media-misdirected", Scope::kDialerAndResolver},
    Explanation{"media-misdirected", "dns-served-stale", Scope::kDialerAndResolver},
    Explanation{"dns-unexpected", "rtp-unreachable", Scope::kDialer},
    // a call ends where the trains do: the way there, or the host, before what runs on it
    Explanation{"dns-unexpected", "call-signalling", Scope::kDialer},
    Explanation{"dns-unexpected", "call-no-media", Scope::kDialer},
    Explanation{"rtp-unreachable", "call-signalling", Scope::kDialer},
    Explanation{"rtp-unreachable", "call-no-media", Scope::kDialer},
    Explanation{"rtp-one-way", "call-no-media", Scope::kDialer},
    // a name that leads to the wrong machine: it is the copy of the name that has to go
    Explanation{"stun-address-split", "stun-mapping-split", Scope::kServer},
    Explanation{"stun-address-split", "stun-mapping-unexpected", Scope::kServer},
    Explanation{"stun-mapping-split", "stun-mapping-unexpected", Scope::kServer},
};

// What a cause says of many dialers; `{}` is whom it is about. Rules whose findings are never many are not here.
struct Wording {
  std::string_view rule, text;
  bool leads = false;  // what callers notice: as a symptom it stands before its cause
};
constexpr std::array kWordings{
    Wording{"dns-unexpected", "the authority of {} gives unexpected answers for"},
    Wording{"media-misdirected", "{} sends callers to addresses without their audio for", true},
    Wording{"dns-bogus", "{} gives wrong addresses for"},
    Wording{"dns-stale", "{} gives past addresses for"},
    Wording{"dns-denied", "{} denies the names of"},
    Wording{"dns-intercepted", "something on the path answers in place of {} for"},
    Wording{"dns-filtered", "{} blocks the names of"},
    Wording{"dns-served-stale", "{} serves copies that have run out for"},
    Wording{"dns-dnssec", "{} refuses, as DNSSEC does not validate, the names of"},
    Wording{"dns-failing", "{} fails for"},
    Wording{"ttl-policy", "the authority of {} gives TTLs above the limit for"},
    Wording{"dns-lame", "name servers of {} do not serve it, the zone of"},
    Wording{"dns-signature-expiry", "signatures of {} end soon or are missing, for"},
    Wording{"ttl-negative", "denials in {} are cached for longer than the limit, for"},
    Wording{"dns-authority-split", "the servers of {} do not agree on"},
    Wording{"ttl-uneven", "the authority of {} gives different TTLs for"},
    Wording{"ttl-impossible", "{} holds copies longer than any TTL seen at the authority for"},
    Wording{"ttl-frozen", "{} gives TTLs that do not count down for"},
    Wording{"ttl-lingering", "{} holds copies with a TTL above the limit for"},
};

const Wording* WordingOf(const Finding& finding) {
  const auto found = std::ranges::find(kWordings, finding.rule, &Wording::rule);
  return found == kWordings.end() ? nullptr : &*found;
}

constexpr std::size_t kNamesShown = 3;

// The part of the subject that a cause is about. Our own address is about nobody else, whichever server tells it.
std::string CauseSubject(const Finding& finding) {
  const Subject& subject = finding.subject;
  if (finding.rule == "stun-mapping-unexpected") return "";
  for (const std::string* part : {&subject.resolver, &subject.authority, &subject.server, &subject.file}) {
    if (!part->empty()) return *part;
  }
  return subject.dialer;
}

std::string KeyOf(const Finding& finding) {
  const std::string subject = CauseSubject(finding);
  return subject.empty() ? finding.rule : finding.rule + ":" + subject;
}

// Finds what explains a finding, which is nothing less severe, without comparing all with all: a zone or a resolver may
// take a thousand dialers along.
class Explainer {
 public:
  explicit Explainer(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      if (finding.severity != Severity::kInfo) Learn(finding);
    }
  }

  // The finding that `finding` follows from in the end; itself where nothing explains it. Ends, since no chain in the
  // table leads back.
  const Finding& RootOf(const Finding& finding) const {
    for (const Explanation& row : kExplanations) {
      if (row.symptom != finding.rule) continue;
      for (const std::string_view server : {std::string_view(finding.subject.server), std::string_view()}) {
        const auto cause = known_.find(KeyIn(row, finding, finding.subject.dialer, server));
        if (cause != known_.end() && cause->second->severity >= finding.severity) return RootOf(*cause->second);
      }
    }
    return finding;
  }

 private:
  using Key = std::tuple<const Explanation*, std::string_view, std::string_view, std::string_view>;

  static bool IsByDialer(const Explanation& row) {
    return row.scope == Scope::kDialer || row.scope == Scope::kDialerAndResolver;
  }

  static Key KeyIn(const Explanation& row, const Finding& finding, std::string_view dialer, std::string_view server) {
    const bool by_resolver = row.scope == Scope::kResolver || row.scope == Scope::kDialerAndResolver;
    return {&row, IsByDialer(row) ? dialer : "", by_resolver ? std::string_view(finding.subject.resolver) : "",
            row.scope == Scope::kServer ? server : ""};
  }

  void Learn(const Finding& finding) {
    for (const Explanation& row : kExplanations) {
      if (row.cause != finding.rule) continue;
      if (!IsByDialer(row)) Keep(KeyIn(row, finding, "", finding.subject.server), finding);
      if (IsByDialer(row) && finding.subject.dialer.empty()) Keep(KeyIn(row, finding, "", ""), finding);
      for (const std::string& dialer : finding.affected) {
        if (IsByDialer(row)) Keep(KeyIn(row, finding, dialer, finding.subject.server), finding);
      }
    }
  }

  // Of several causes the most severe, else the first.
  void Keep(const Key& key, const Finding& finding) {
    const auto [known, first] = known_.emplace(key, &finding);
    if (!first && known->second->severity < finding.severity) known->second = &finding;
  }

  std::map<Key, const Finding*> known_;
};

Cause& CauseOf(std::vector<Cause>& causes, const std::string& key) {
  const auto found = std::find_if(causes.begin(), causes.end(), [&](const Cause& cause) { return cause.key == key; });
  return found == causes.end() ? causes.emplace_back(Cause{key, {}, {}}) : *found;
}

std::vector<std::string> DialersOf(std::initializer_list<const std::vector<Finding>*> lists) {
  std::set<std::string> dialers;
  for (const auto* list : lists) {
    for (const Finding& finding : *list) dialers.insert(finding.affected.begin(), finding.affected.end());
  }
  return {dialers.begin(), dialers.end()};
}

// What findings of one rule about one subject say together.
std::string SentenceOn(const std::vector<Finding>& findings, std::size_t dialers) {
  const Finding& first = findings.front();
  if (findings.size() == 1) return first.summary;
  const Wording* wording = WordingOf(first);
  if (wording == nullptr) return fmt::format("{} (and {} more like it)", first.summary, findings.size() - 1);
  const auto affected = DialersOf({&findings});
  const std::size_t shown = affected.size() > kNamesShown + 1 ? kNamesShown : affected.size();
  std::string text = fmt::format(fmt::runtime(wording->text), CauseSubject(first));
  text += fmt::format(" {} of {} dialers: {}", affected.size(), dialers,
                      fmt::join(affected.begin(), affected.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < affected.size()) text += fmt::format(" and {} more", affected.size() - shown);
  return text;
}

}  // namespace

std::vector<Cause> Correlate(const std::vector<Finding>& findings) {
  const Explainer explainer(findings);
  std::vector<Cause> causes;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::kInfo) continue;
    const Finding& root = explainer.RootOf(finding);
    Cause& cause = CauseOf(causes, KeyOf(root));
    (&root == &finding ? cause.findings : cause.symptoms).push_back(finding);
  }
  return causes;
}

std::vector<std::string> AffectedBy(const Cause& cause) {
  return DialersOf({&cause.findings, &cause.symptoms});
}

std::string Headline(const Cause& cause, std::size_t dialers) {
  std::vector<Finding> leading;
  std::ranges::copy_if(cause.symptoms, std::back_inserter(leading), [](const Finding& finding) {
    const Wording* wording = WordingOf(finding);
    return wording != nullptr && wording->leads;
  });
  const std::string text = SentenceOn(cause.findings, dialers);
  return leading.empty() ? text : fmt::format("{}; {}", SentenceOn(leading, dialers), text);
}

}  // namespace dialwatch::diagnosis
