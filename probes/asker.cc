#include "probes/asker.h"

#include <utility>

namespace dialwatch::probes {

Asker::Asker(EventLoop& on, std::shared_ptr<const config::Settings> with, SampleSink to,
             std::shared_ptr<HeldNames> holding)
    : loop(on),
      settings(std::move(with)),
      sink(std::move(to)),
      held(std::move(holding)),
      dns(loop, settings->vantage.bind),
      discovery(dns, settings),
      zones(dns, discovery, settings, [this](ZoneSample sample) { sink(std::move(sample)); }),
      repeats(settings->probing.workers) {}

void Asker::Ask(const DnsQuestion& question, Turn turn, std::function<void(const DnsSample&)> then) {
  dns.Ask(question, [this, turn = std::move(turn), then = std::move(then)](DnsSample sample) {
    if (then) then(sample);
    sink(std::move(sample));
  });
}

void Asker::AskIdentity(const config::Resolver& resolver, bool wrong, const Turn& turn) {
  if (!identity.TakeDue(resolver.name, wrong, std::chrono::steady_clock::now())) return;
  for (const Endpoint& address : resolver.addresses) {
    Ask(IdentityQuestion(resolver, address, settings->probing.timeout), turn);
  }
}

void Asker::AskReference(const config::Resolver& resolver, const Endpoint& address, const Turn& turn) {
  if (ReferenceOf(resolver).empty()) return;
  // a little less than a turn, so that one turn after the other has its own
  if (!reference.TakeDue(resolver.name, TurnDeadline(), std::chrono::steady_clock::now())) return;
  Ask(ReferenceQuestion(resolver, address, settings->probing.timeout), turn);
}

}  // namespace dialwatch::probes
