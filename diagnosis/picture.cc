#include "diagnosis/picture.h"

#include <algorithm>

#include "diagnosis/dns/answer.h"
#include "diagnosis/late.h"
#include "probes/target.h"

namespace dialwatch::diagnosis {
namespace {

using probes::Purpose, probes::Via;

// Who answers at an address is asked seldom; after this long without a reply from it nothing is known of it any more.
constexpr Duration kIdentityLasts = std::chrono::hours(3);

// The address of a server is looked up anew after five minutes at the latest.
constexpr Duration kLookupLasts = std::chrono::minutes(6);

// What a NAT is like is measured every ten minutes.
constexpr Duration kNatLasts = std::chrono::minutes(31);

// What came late, after a newer sample of the same series, tells nothing new.
template <typename Series, typename SamplePtr>
bool Renew(Series& series, const SamplePtr& sample, bool fails) {
  if (series.newest && IsLate(sample->at, series.newest->at)) return false;
  if (!fails) {
    if (!series.newest || series.failures > 0) series.answering_since = sample->at;
    series.failures = 0;
  } else if (++series.failures == 1) {
    series.failing_since = sample->at;
  }
  series.newest = sample;
  return true;
}

// Of samples at one time a good one counts, so that their order does not matter.
void Extend(Streak& streak, bool fails, TimePoint at) {
  if (streak.length > 0 && (IsLate(at, streak.newest) || (at == streak.newest && fails))) return;
  if (streak.length == 0 || fails != streak.failing) streak = {fails, 0, at, at};
  ++streak.length;
  streak.newest = at;
}

bool IsResolver(const config::Resolver& resolver, const Via& via) {
  return resolver.name == via.name &&
         std::find(resolver.addresses.begin(), resolver.addresses.end(), via.server) != resolver.addresses.end();
}

// When a vantage point that is asked every `turn` has been silent for too long.
TimePoint SilentBefore(const Settings& settings, Duration turn, TimePoint now) {
  const Duration silence = Picture::kSilentTurns * turn + settings.probing.timeout;
  return now - std::max(silence, Picture::kShortestSilence);
}

void RetainSeries(NameView& view, const Settings& settings, TimePoint now) {
  std::erase_if(view.resolvers, [&](const DnsSeries& series) {
    const auto resolver = std::find_if(settings.resolvers.begin(), settings.resolvers.end(),
                                       [&](const auto& each) { return IsResolver(each, series.newest->via); });
    if (resolver == settings.resolvers.end()) return true;
    const auto turns = static_cast<int>(resolver->addresses.size());  // its addresses are asked in turn
    return series.newest->at < SilentBefore(settings, turns * settings.probing.interval, now);
  });
  std::erase_if(view.authorities, [&](const DnsSeries& series) {
    return series.newest->at < SilentBefore(settings, settings.probing.interval, now);
  });
  std::erase_if(view.through, [&](const auto& through) {
    return std::none_of(view.resolvers.begin(), view.resolvers.end(),
                        [&](const DnsSeries& series) { return series.newest->via.name == through.first; });
  });
  for (auto& [resolver, through] : view.through) through.sightings.ForgetBefore(now - Sightings::kLongest);
}

void RetainStun(const std::string& name, StunView& view, const Settings& settings, TimePoint now) {
  const auto server = std::find_if(settings.stun_servers.begin(), settings.stun_servers.end(),
                                   [&](const config::Stun& each) { return each.name == name; });
  if (server == settings.stun_servers.end()) return view.addresses.clear();
  const config::IceUri& uri = server->uri;
  std::erase_if(view.addresses, [&](const auto& each) {
    const StunSample& newest = *each.second.newest;
    const bool same_port = !uri.port || *uri.port == each.first.port || each.first == base::Endpoint{};
    return newest.host != uri.host || newest.transport != uri.transport || !same_port ||
           newest.at < SilentBefore(settings, settings.probing.interval, now);
  });
  std::erase_if(view.through, [&](const auto& each) {
    return each.second.at < SilentBefore(settings, settings.probing.interval, now);
  });
  for (auto& [address, series] : view.addresses) {
    if (series.nat && series.nat->at < now - kNatLasts) series.nat.reset();
  }
}

}  // namespace

void Picture::Add(const Sample& sample) {
  std::visit([this](const auto& seen) { Add(std::make_shared<const std::decay_t<decltype(seen)>>(seen)); }, sample);
}

void Picture::Add(const std::shared_ptr<const DnsSample>& sample) {
  if (sample->outcome == probes::DnsOutcome::kNotAsked) return;  // tells of our own load, and nothing of the server
  identities_.Add(*sample);
  switch (sample->purpose) {
    case Purpose::kName:
      return AddTurn(sample);
    case Purpose::kConfirm:
      return AddConfirmation(sample);
    case Purpose::kUnchecked:
      if (sample->via.kind == Via::Kind::kResolver) {
        names_[{sample->host, sample->type}].through[sample->via.name].unchecked = sample;
      }
      return;
    case Purpose::kControl:
      return controls_.Add(sample);
    case Purpose::kIdentity:
      return;
    case Purpose::kReference:
      return references_.Add(*sample);
  }
}

void Picture::AddTurn(const std::shared_ptr<const DnsSample>& sample) {
  const bool authority = sample->via.kind == Via::Kind::kAuthority;
  NameView& view = names_[{sample->host, sample->type}];
  auto& list = authority ? view.authorities : view.resolvers;
  auto series = std::lower_bound(list.begin(), list.end(), sample->via,
                                 [](const DnsSeries& each, const Via& via) { return each.newest->via < via; });
  if (series == list.end() || series->newest->via != sample->via) series = list.emplace(series);
  Renew(*series, sample, Fails(*sample));
  if (!authority) Extend(view.through[sample->via.name].streak, Fails(*sample), sample->at);
  AddConfirmation(sample);
}

// What is asked again in the same turn is no turn of its own: it makes no outage, and ends none.
void Picture::AddConfirmation(const std::shared_ptr<const DnsSample>& sample) {
  NameView& view = names_[{sample->host, sample->type}];
  if (sample->via.kind == Via::Kind::kResolver) {
    view.through[sample->via.name].sightings.Add(*sample);
  } else if (IsAuthoritative(*sample) && view.history.Add(AnswersOf(*sample), CopyTtl(*sample), sample->at)) {
    changed_.emplace(sample->host, sample->type);
  }
}

void Picture::Add(const std::shared_ptr<const StunSample>& sample) {
  StunView& view = stun_[sample->server];
  const StunSample* known = view.Newest();
  if (known != nullptr && (known->host != sample->host || known->transport != sample->transport)) view = {};
  auto& addresses = view.addresses;
  // a name either has addresses or has none
  const bool resolved = sample->outcome != probes::StunOutcome::kUnresolved;
  std::erase_if(addresses, [&](const auto& each) { return resolved != (each.first != base::Endpoint{}); });
  StunSeries& series = addresses[resolved ? sample->address : base::Endpoint{}];
  auto before = series.newest;
  if (!Renew(series, sample, !sample->mapped)) return;
  series.before = std::move(before);
  series.Remember(*sample);
  view.Remember(*sample);
}

void Picture::Add(const std::shared_ptr<const NatSample>& sample) {
  const auto server = stun_.find(sample->server);
  if (server == stun_.end()) return;
  const auto series = server->second.addresses.find(sample->address);
  if (series != server->second.addresses.end()) series->second.nat = sample;
}

void Picture::Add(const std::shared_ptr<const TurnSample>& sample) {
  TurnSeries& series = turn_[sample->server];
  if (!Renew(series, sample, sample->outcome != probes::TurnOutcome::kRelayed)) return;
  if (sample->outcome != probes::TurnOutcome::kUnauthorized) {
    series.denials = 0;
  } else if (++series.denials == 1) {
    series.denied_since = sample->at;
  }
}

void Picture::Add(const std::shared_ptr<const TrainSample>& sample) {
  media_[sample->subject.dialer].Add(sample);
}

void Picture::Add(const std::shared_ptr<const EchoCallSample>& sample) {
  const probes::CallSubject& subject = sample->call.subject;
  calls_[subject.dialer].addresses[subject.address].Add(sample);
}

void Picture::Add(const std::shared_ptr<const PortSample>& sample) {
  ports_[sample->subject.dialer].Add(sample);
}

void Picture::Add(const std::shared_ptr<const probes::ZoneSample>& sample) {
  zones_[sample->zone].Add(sample);
}

void Picture::Restore(const NameKey& name, NameHistory history) {
  names_[name].history = std::move(history);
}

void Picture::Retain(const Settings& settings, TimePoint now) {
  std::set<NameKey> wanted;
  for (const config::Dialer& dialer : settings.dialers) {
    for (const RecordType type : dialer.types) wanted.emplace(dialer.host, type);
  }
  KeepLookups(settings, now);
  std::erase_if(names_, [&](const auto& name) { return !wanted.contains(name.first); });
  std::erase_if(changed_, [&](const NameKey& name) { return !wanted.contains(name); });
  for (auto& [name, view] : names_) {
    RetainSeries(view, settings, now);
    view.history.ForgetBefore(now - settings.state.retention);
  }
  for (auto& [name, view] : stun_) RetainStun(name, view, settings, now);
  std::erase_if(stun_, [](const auto& server) { return server.second.addresses.empty(); });
  std::erase_if(turn_, [&](const auto& entry) {
    const TurnSample& newest = *entry.second.newest;
    const auto known =
        std::any_of(settings.turn_servers.begin(), settings.turn_servers.end(), [&](const config::Turn& server) {
          return server.name == entry.first && FormatIceUri(server.uri) == newest.uri;
        });
    return !known || newest.at < SilentBefore(settings, settings.probing.interval, now);
  });
  RetainMedia(settings, now);
  RetainCalls(settings, now);
  RetainPorts(settings, now);
  std::erase_if(zones_, [&](const auto& zone) {
    return zone.second.newest->at < SilentBefore(settings, settings.probing.interval, now);
  });
  policy_.Retain(settings, SilentBefore(settings, probes::PolicyTurn(settings.probing), now));
  controls_.Retain(settings, SilentBefore(settings, settings.probing.interval, now));
  identities_.Retain(settings, now - kIdentityLasts);
  references_.Retain(settings, SilentBefore(settings, settings.probing.interval, now));
}

void Picture::RetainMedia(const Settings& settings, TimePoint now) {
  const TimePoint before = SilentBefore(settings, settings.media.interval, now);
  const TimePoint relayed_before = SilentBefore(settings, probes::RelayedTurn(settings), now);
  const auto is_relay = [&](const std::string& name) {
    return std::ranges::find(settings.turn_servers, name, &config::Turn::name) != settings.turn_servers.end();
  };
  for (auto& [name, view] : media_) {
    const auto dialer = std::ranges::find(settings.dialers, name, &config::Dialer::name);
    const bool tested = dialer != settings.dialers.end() && dialer->reflector_port != 0;
    std::erase_if(view.addresses, [&](const auto& each) {
      if (!tested) return true;
      const TrainSample& newest = *each.second.newest;
      const bool same_port = each.first.port == 0 || each.first.port == dialer->reflector_port;
      return newest.subject.host != dialer->host || !same_port || newest.at < before;
    });
    std::erase_if(view.relayed, [&, &view = view](const auto& each) {
      const TrainSample& newest = *each.second.newest;
      return !is_relay(each.first) || newest.at < relayed_before || view.DirectTo(newest.subject.address) == nullptr;
    });
  }
  std::erase_if(media_, [](const auto& dialer) { return dialer.second.addresses.empty(); });
}

void Picture::RetainCalls(const Settings& settings, TimePoint now) {
  for (auto& [dialer, view] : calls_) {
    const config::Call* call = config::FindCall(settings, dialer);
    std::erase_if(view.addresses, [&](const auto& each) {
      if (call == nullptr) return true;
      const probes::CallSample& newest = each.second.newest->call;
      const probes::CallSubject& subject = newest.subject;
      return subject.host != call->target.host || subject.transport != call->target.transport ||
             subject.extension != call->extension || newest.at < SilentBefore(settings, call->interval, now);
    });
  }
  std::erase_if(calls_, [](const auto& dialer) { return dialer.second.addresses.empty(); });
}

void Picture::RetainPorts(const Settings& settings, TimePoint now) {
  const TimePoint before = SilentBefore(settings, settings.media.interval, now);
  for (auto& [name, view] : ports_) {
    const auto dialer = std::ranges::find(settings.dialers, name, &config::Dialer::name);
    std::erase_if(view.addresses, [&](const auto& each) {
      return dialer == settings.dialers.end() || each.first.port != dialer->rtp_port ||
             each.second->subject.host != dialer->host || each.second->at < before;
    });
  }
  std::erase_if(ports_, [](const auto& dialer) { return dialer.second.addresses.empty(); });
}

// The names of STUN servers are looked up seldom and judged by where they lead, so that nothing but that is kept.
void Picture::KeepLookups(const Settings& settings, TimePoint now) {
  std::set<std::string> hosts;
  for (const config::Stun& server : settings.stun_servers) hosts.insert(server.uri.host);
  for (const std::string& host : hosts) {
    const NameView* view = Find({host, RecordType::kA});
    if (view == nullptr) continue;
    for (const DnsSeries& series : view->resolvers) {
      Lookup& lookup = lookups_[host][series.newest->via.name];
      if (lookup.newest == series.newest) continue;
      lookup.denials = Fails(*series.newest) || HasAnswer(*series.newest) ? 0 : lookup.denials + 1;
      lookup.newest = series.newest;
    }
  }
  std::erase_if(lookups_, [&](const auto& each) { return !hosts.contains(each.first); });
  for (auto& [host, lookups] : lookups_) {
    std::erase_if(lookups, [&](const auto& each) { return each.second.newest->at < now - kLookupLasts; });
  }
}

const ThroughResolver* NameView::Through(const std::string& resolver) const {
  const auto found = through.find(resolver);
  return found == through.end() ? nullptr : &found->second;
}

const NameView* Picture::Find(const NameKey& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

const ZoneView* Picture::FindZone(const std::string& zone) const {
  const auto found = zones_.find(zone);
  return found == zones_.end() ? nullptr : &found->second;
}

std::vector<NameKey> Picture::TakeChangedHistories() {
  std::vector<NameKey> taken(changed_.begin(), changed_.end());
  changed_.clear();
  return taken;
}

}  // namespace dialwatch::diagnosis
