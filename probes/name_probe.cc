#include "probes/name_probe.h"

#include <algorithm>
#include <utility>

#include "probes/dns/chain.h"

namespace dialwatch::probes {
namespace {

// Between two questions of a burst: 4 of them take less than a second, and less than an interval of one.
constexpr Duration kPause{150};

config::Dialer DialerOf(const config::Settings& settings, const NameTarget& target) {
  for (const config::Dialer& dialer : settings.dialers) {
    const auto& types = dialer.types;
    if (dialer.host == target.host && std::find(types.begin(), types.end(), target.type) != types.end()) return dialer;
  }
  return config::AdHocDialer(target.host, settings);
}

// Where nothing is known of the zone, anybody may be its server.
bool IsServer(const AuthorityServers& authority, const Endpoint& server) {
  const auto has = [&](const std::vector<Endpoint>& servers) {
    return std::find(servers.begin(), servers.end(), server) != servers.end();
  };
  return authority.servers.empty() || has(authority.servers) ||
         std::any_of(authority.further.begin(), authority.further.end(),
                     [&](const AuthorityHop& hop) { return has(hop.servers); });
}

}  // namespace

// Of a server that denies the type: whether it has another type of the dialer.
struct NameProbe::Doubt {
  Via via;
  std::size_t missing;
  bool replied = false;
};

NameProbe::NameProbe(Asker& asker, NameTarget target)
    : asker_(asker),
      target_(std::move(target)),
      dialer_(DialerOf(*asker.settings, target_)),
      expectation_(dialer_, target_.type),
      before_(dialer_.types.size() == 1 ? TypeBefore::kExisted : TypeBefore::kUnknown),
      timer_(asker.loop) {}

void NameProbe::Start(Turn turn) {
  ++count_;
  reference_ = {};
  hops_.clear();
  heard_.clear();
  awaited_ = 1;
  waiting_ = turn;
  timer_.Start(asker_.settings->probing.timeout / 2, [this] { AskResolvers(); });
  asker_.discovery.Find(target_.host, [this, turn = std::move(turn)](const AuthorityServers& authority) {
    AskAuthority(authority, turn);
  });
}

DnsQuestion NameProbe::AuthorityQuestion(const Via& via, const std::string& name, RecordType type) const {
  DnsQuestion question;
  question.host = name;
  question.type = type;
  question.via = via;
  question.timeout = asker_.settings->probing.timeout;
  question.dnssec_ok = true;
  return question;
}

void NameProbe::AskAuthority(const AuthorityServers& authority, const Turn& turn) {
  authority_ = authority;
  hops_.resize(1 + authority_.further.size());
  std::erase_if(wrong_servers_, [this](const Endpoint& server) { return !IsServer(authority_, server); });
  asker_.held->Set(target_.host, target_.type, !wrong_servers_.empty());
  AskHop(0, target_.host, authority_.zone, authority_.servers, turn);
  for (std::size_t i = 0; i < authority_.further.size(); ++i) {
    const AuthorityHop& hop = authority_.further[i];
    AskHop(i + 1, hop.name, hop.zone, hop.servers, turn);
  }
  asker_.zones.Turn(target_, authority_, turn);
  AwaitOneLess(turn);
}

void NameProbe::AskHop(std::size_t hop, const std::string& name, const std::string& zone,
                       const std::vector<Endpoint>& servers, const Turn& turn) {
  awaited_ += servers.size();
  for (const Endpoint& server : servers) {
    const auto question = AuthorityQuestion({Via::Kind::kAuthority, zone, server}, name, target_.type);
    asker_.dns.Ask(question, [this, hop, turn](DnsSample sample) {
      hops_[hop].push_back(std::move(sample));
      if (authority_.further.empty()) TakeWords(turn);
      AwaitOneLess(turn);
    });
  }
}

void NameProbe::TakeWords(const Turn& turn) {
  for (DnsSample& sample : ComposeChain(hops_)) {
    if (!heard_.insert(sample.via).second) continue;
    TakeWord(sample, turn);
    asker_.sink(std::move(sample));
  }
}

void NameProbe::TakeWord(const DnsSample& sample, const Turn& turn) {
  reference_.Add(sample);
  const Word word = WordOf(sample, expectation_, before_);
  if (word == Word::kDoubt) ResolveDoubt(sample.via, turn);
  if (word == Word::kRight || word == Word::kWrong) NoteWord(sample.via.server, word == Word::kWrong);
  if (word == Word::kRight && !AnswerSet(sample).empty()) before_ = TypeBefore::kExisted;
}

void NameProbe::ResolveDoubt(const Via& via, const Turn& turn) {
  ++awaited_;
  const auto doubt = std::make_shared<Doubt>(Doubt{via, dialer_.types.size() - 1});
  for (const RecordType type : dialer_.types) {
    if (type == target_.type) continue;
    // no sample of any target's turn: that type has its own
    asker_.dns.Ask(AuthorityQuestion(via, target_.host, type), [this, doubt, turn](const DnsSample& sample) {
      if (!AnswerSet(sample).empty()) before_ = TypeBefore::kAbsent;
      doubt->replied = doubt->replied || sample.outcome == DnsOutcome::kAnswered;
      if (--doubt->missing > 0) return;
      if (doubt->replied) NoteWord(doubt->via.server, before_ != TypeBefore::kAbsent);
      AwaitOneLess(turn);
    });
  }
}

void NameProbe::NoteWord(const Endpoint& server, bool wrong) {
  if (wrong) {
    wrong_servers_.insert(server);
  } else {
    wrong_servers_.erase(server);
  }
  asker_.held->Set(target_.host, target_.type, !wrong_servers_.empty());
}

void NameProbe::AwaitOneLess(const Turn& turn) {
  if (--awaited_ > 0) return;
  TakeWords(turn);
  if (awaited_ > 0) return;  // there is a doubt
  if (!FollowsChain(authority_, hops_)) asker_.discovery.Doubt(target_.host);
  AskResolvers();
}

void NameProbe::AskResolvers() {
  const Turn turn = std::exchange(waiting_, nullptr);
  if (!turn) return;  // they have been asked
  timer_.Stop();
  TakeWords(turn);
  if (!wrong_servers_.empty()) return;
  for (const config::Resolver& resolver : asker_.settings->resolvers) {
    asker_.AskIdentity(resolver, false, turn);
    const Endpoint& address = resolver.addresses[(count_ - 1) % resolver.addresses.size()];
    asker_.Ask(ResolverQuestion(resolver, address, Purpose::kName), turn,
               [this, &resolver, turn](const DnsSample& sample) { AskAgain(resolver, sample, turn); });
  }
}

DnsQuestion NameProbe::ResolverQuestion(const config::Resolver& resolver, const Endpoint& address,
                                        Purpose purpose) const {
  DnsQuestion question = QuestionTo(resolver, address, target_.host, target_.type, asker_.settings->probing.timeout);
  question.purpose = purpose;
  question.dnssec_ok = true;
  return question;
}

void NameProbe::AskAgain(const config::Resolver& resolver, const DnsSample& sample, const Turn& turn) {
  if (!wrong_servers_.empty()) return;  // the authority's word came late
  const bool silent = sample.outcome == DnsOutcome::kTimeout || sample.outcome == DnsOutcome::kUnreachable;
  if (silent) asker_.AskReference(resolver, sample.via.server, turn);
  const Suspicion suspicion = SuspicionOf(sample, reference_, expectation_);
  if (suspicion != Suspicion::kNone) asker_.AskIdentity(resolver, true, turn);
  if (suspicion == Suspicion::kServFail) AskUnchecked(resolver, sample, turn);
  if (suspicion == Suspicion::kWrong) wrong_[resolver.name] = count_;
  const auto wrong = wrong_.find(resolver.name);
  if (wrong != wrong_.end() && count_ - wrong->second <= kWatchedTurns) StartBurst(resolver, sample.via.server, turn);
}

void NameProbe::AskUnchecked(const config::Resolver& resolver, const DnsSample& sample, const Turn& turn) {
  if (!asker_.repeats.Take(true, std::chrono::steady_clock::now())) return;
  DnsQuestion question = ResolverQuestion(resolver, sample.via.server, Purpose::kUnchecked);
  question.checking_disabled = true;
  asker_.Ask(question, turn);
}

void NameProbe::StartBurst(const config::Resolver& resolver, const Endpoint& asked, const Turn& turn) {
  auto repeats = RepeatsOf(resolver, asked);
  const auto later =
      std::stable_partition(repeats.begin(), repeats.end(), [](const Repeat& each) { return each.urgent; });
  for (auto repeat = repeats.begin(); repeat != later; ++repeat) Confirm(resolver, *repeat, turn);
  repeats.erase(repeats.begin(), later);
  if (repeats.empty()) return;
  if (bursts_.empty()) timer_.StartRepeating(kPause, [this] { ContinueBursts(); });
  std::reverse(repeats.begin(), repeats.end());
  bursts_.push_back({&resolver, std::move(repeats), turn});
}

void NameProbe::ContinueBursts() {
  for (Burst& burst : bursts_) {
    Confirm(*burst.resolver, burst.repeats.back(), burst.turn);
    burst.repeats.pop_back();
  }
  std::erase_if(bursts_, [](const Burst& burst) { return burst.repeats.empty(); });
  if (bursts_.empty()) timer_.Stop();
}

void NameProbe::Confirm(const config::Resolver& resolver, const Repeat& repeat, const Turn& turn) {
  if (!asker_.repeats.Take(repeat.urgent, std::chrono::steady_clock::now())) return;
  DnsQuestion question = ResolverQuestion(resolver, repeat.server, Purpose::kConfirm);
  question.transport = repeat.transport;
  asker_.Ask(question, turn, [this, &resolver](const DnsSample& sample) {
    if (SuspicionOf(sample, reference_, expectation_) == Suspicion::kWrong) wrong_[resolver.name] = count_;
  });
}

}  // namespace dialwatch::probes
