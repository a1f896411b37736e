#include "tests/world/name_turn.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "probes/dns/chain.h"

namespace dialwatch::world {
namespace {

using probes::DnsOutcome, probes::DnsQuestion, probes::DnsSample, probes::Purpose, probes::Suspicion, probes::Via,
    probes::Word;

constexpr Duration kPause{150};  // between two questions of a burst

config::Dialer DialerOf(const config::Settings& settings, const probes::NameTarget& target) {
  const auto found = std::ranges::find(settings.dialers, target.host, &config::Dialer::host);
  return found == settings.dialers.end() ? config::AdHocDialer(target.host, settings) : *found;
}

bool IsServer(const probes::AuthorityServers& authority, const Endpoint& server) {
  const auto has = [&](const std::vector<Endpoint>& servers) {
    return std::ranges::find(servers, server) != servers.end();
  };
  return has(authority.servers) ||
         std::ranges::any_of(authority.further, [&](const auto& hop) { return has(hop.servers); });
}

}  // namespace

struct NameTurns::Doubt {
  std::size_t missing;
  bool replied = false;
};

NameTurns::NameTurns(Asking& asking, ZoneLooks& zones, probes::NameTarget target)
    : asking_(asking),
      zones_(zones),
      target_(std::move(target)),
      dialer_(DialerOf(*asking.settings, target_)),
      expectation_(dialer_, target_.type),
      before_(dialer_.types.size() == 1 ? probes::TypeBefore::kExisted : probes::TypeBefore::kUnknown) {}

DnsQuestion NameTurns::AuthorityQuestion(const Via& via, const std::string& name, RecordType type) const {
  DnsQuestion question;
  question.host = name;
  question.type = type;
  question.via = via;
  question.timeout = asking_.settings->probing.timeout;
  return question;
}

DnsQuestion NameTurns::ResolverQuestion(const config::Resolver& resolver, const Endpoint& address,
                                        Purpose purpose) const {
  auto question = probes::QuestionTo(resolver, address, target_.host, target_.type, asking_.settings->probing.timeout);
  question.purpose = purpose;
  return question;
}

void NameTurns::Start(const Turn& turn) {
  ++count_;
  reference_ = {};
  heard_.clear();
  awaited_ = 1;
  waiting_ = true;
  asking_.agenda.In(asking_.settings->probing.timeout / 2, [this, turn, count = count_] {
    if (count == count_) AskResolvers(turn);
  });
  authority_ = AuthorityOf(asking_.world, *asking_.settings, target_.host, asking_.agenda.now());
  std::erase_if(wrong_servers_, [this](const Endpoint& server) { return !IsServer(authority_, server); });
  asking_.held.Set(target_.host, target_.type, !wrong_servers_.empty());
  hops_.assign(1 + authority_.further.size(), {});
  AskHop(0, target_.host, authority_.zone, authority_.servers, turn);
  for (std::size_t i = 0; i < authority_.further.size(); ++i) {
    const auto& [name, zone, servers] = authority_.further[i];
    AskHop(i + 1, name, zone, servers, turn);
  }
  zones_.Turn(target_, authority_, turn);
  AwaitOneLess(turn);
}

void NameTurns::AskHop(std::size_t hop, const std::string& name, const std::string& zone,
                       const std::vector<Endpoint>& servers, const Turn& turn) {
  awaited_ += servers.size();
  for (const Endpoint& server : servers) {
    asking_.Ask(AuthorityQuestion({Via::Kind::kAuthority, zone, server}, name, target_.type), turn,
                [this, hop, turn](const DnsSample& sample) {
                  hops_[hop].push_back(sample);
                  if (authority_.further.empty()) TakeWords(turn);
                  AwaitOneLess(turn);
                });
  }
}

void NameTurns::TakeWords(const Turn& turn) {
  for (const DnsSample& sample : probes::ComposeChain(hops_)) {
    if (!heard_.insert(sample.via).second) continue;
    TakeWord(sample, turn);
    asking_.Tell(sample);
  }
}

void NameTurns::TakeWord(const DnsSample& sample, const Turn& turn) {
  reference_.Add(sample);
  const Word word = probes::WordOf(sample, expectation_, before_);
  if (word == Word::kDoubt) ResolveDoubt(sample.via, turn);
  if (word == Word::kRight || word == Word::kWrong) NoteWord(sample.via.server, word == Word::kWrong);
  if (word == Word::kRight && !probes::AnswerSet(sample).empty()) before_ = probes::TypeBefore::kExisted;
}

void NameTurns::ResolveDoubt(const Via& via, const Turn& turn) {
  ++awaited_;
  const auto doubt = std::make_shared<Doubt>(Doubt{dialer_.types.size() - 1});
  for (const RecordType type : dialer_.types) {
    if (type == target_.type) continue;
    asking_.Ask(AuthorityQuestion(via, target_.host, type), turn, [this, doubt, via, turn](const DnsSample& sample) {
      if (!probes::AnswerSet(sample).empty()) before_ = probes::TypeBefore::kAbsent;
      doubt->replied = doubt->replied || sample.outcome == DnsOutcome::kAnswered;
      if (--doubt->missing > 0) return;
      if (doubt->replied) NoteWord(via.server, before_ != probes::TypeBefore::kAbsent);
      AwaitOneLess(turn);
    });
  }
}

void NameTurns::NoteWord(const Endpoint& server, bool wrong) {
  if (wrong) {
    wrong_servers_.insert(server);
  } else {
    wrong_servers_.erase(server);
  }
  asking_.held.Set(target_.host, target_.type, !wrong_servers_.empty());
}

void NameTurns::AwaitOneLess(const Turn& turn) {
  if (--awaited_ > 0) return;
  TakeWords(turn);
  if (awaited_ == 0) AskResolvers(turn);
}

void NameTurns::AskResolvers(const Turn& turn) {
  if (!std::exchange(waiting_, false)) return;
  TakeWords(turn);
  if (!wrong_servers_.empty()) return;  // our own question would put the wrong answer into their caches
  for (const config::Resolver& resolver : asking_.settings->resolvers) {
    asking_.AskIdentity(resolver, false, turn);
    const Endpoint& address = resolver.addresses[(count_ - 1) % resolver.addresses.size()];
    asking_.AskAndTell(ResolverQuestion(resolver, address, Purpose::kName), turn,
                       [this, &resolver, turn](const DnsSample& sample) { AskAgain(resolver, sample, turn); });
  }
}

void NameTurns::AskAgain(const config::Resolver& resolver, const DnsSample& sample, const Turn& turn) {
  if (!wrong_servers_.empty()) return;
  const bool silent = sample.outcome == DnsOutcome::kTimeout || sample.outcome == DnsOutcome::kUnreachable;
  if (silent) asking_.AskReference(resolver, sample.via.server, turn);
  const Suspicion suspicion = probes::SuspicionOf(sample, reference_, expectation_);
  if (suspicion != Suspicion::kNone) asking_.AskIdentity(resolver, true, turn);
  if (suspicion == Suspicion::kServFail && asking_.repeats.Take(true, Steady(asking_.agenda.now()))) {
    auto question = ResolverQuestion(resolver, sample.via.server, Purpose::kUnchecked);
    question.checking_disabled = true;
    asking_.AskAndTell(question, turn);
  }
  if (suspicion == Suspicion::kWrong) wrong_[resolver.name] = count_;
  const auto wrong = wrong_.find(resolver.name);
  if (wrong != wrong_.end() && count_ - wrong->second <= probes::kWatchedTurns) {
    Burst(resolver, sample.via.server, turn);
  }
}

// Those that confirm at once, the others one by one.
void NameTurns::Burst(const config::Resolver& resolver, const Endpoint& asked, const Turn& turn) {
  Duration wait{};
  for (const probes::Repeat& repeat : probes::RepeatsOf(resolver, asked)) {
    if (repeat.urgent) {
      Confirm(resolver, repeat, turn);
    } else {
      wait += kPause;
      asking_.agenda.In(wait, [this, &resolver, repeat, turn] { Confirm(resolver, repeat, turn); });
    }
  }
}

void NameTurns::Confirm(const config::Resolver& resolver, const probes::Repeat& repeat, const Turn& turn) {
  if (!asking_.repeats.Take(repeat.urgent, Steady(asking_.agenda.now()))) return;
  auto question = ResolverQuestion(resolver, repeat.server, Purpose::kConfirm);
  question.transport = repeat.transport;
  asking_.AskAndTell(question, turn, [this, &resolver](const DnsSample& sample) {
    if (probes::SuspicionOf(sample, reference_, expectation_) == Suspicion::kWrong) wrong_[resolver.name] = count_;
  });
}

}  // namespace dialwatch::world
