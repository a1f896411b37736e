#include "probes/dns/zone_probe.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/host_name.h"
#include "probes/dns/join.h"
#include "probes/dns/record_fields.h"
#include "probes/dns/zone_replies.h"

namespace dialwatch::probes {
namespace {

constexpr std::size_t kMaxZones = 20'000;

bool IsAuthoritativeFor(const std::string& zone, const DnsSample& soa) {
  return soa.outcome == DnsOutcome::kAnswered && soa.rcode == kRcodeNoError && soa.aa &&
         FindRecord(soa.answers, zone, RecordType::kSoa) != nullptr;
}

// The first server that answers for its zone, or null.
const ZoneServerView* GoodServer(const ZoneSample& sample) {
  const auto good = std::find_if(sample.servers.begin(), sample.servers.end(),
                                 [&](const ZoneServerView& each) { return IsAuthoritativeFor(sample.zone, each.soa); });
  return good == sample.servers.end() ? nullptr : &*good;
}

bool IsSigned(const ZoneSample& sample, const ZoneServerView& server) {
  return !sample.ds.empty() || std::any_of(server.soa.answers.begin(), server.soa.answers.end(),
                                           [](const DnsRecord& each) { return each.type == RecordType::kRrsig; });
}

std::set<std::string> NamesInZone(const ZoneSample& sample, const ZoneServerView& server) {
  std::set<std::string> names;
  for (const auto* records : {&sample.delegation, &server.ns.answers}) {
    for (const DnsRecord& record : *records) {
      if (names.size() == kMaxNameServers) return names;
      if (record.type == RecordType::kNs && base::IsWithinZone(record.data, sample.zone)) names.insert(record.data);
    }
  }
  return names;
}

}  // namespace

class ZoneWatch::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(DnsClient& client, AuthorityDiscovery& discovery, std::shared_ptr<const config::Settings> settings, Sink sink,
       Clock clock)
      : client_(client),
        discovery_(discovery),
        settings_(std::move(settings)),
        sink_(std::move(sink)),
        clock_(std::move(clock)) {}

  void Turn(const NameTarget& name, const std::string& zone, const std::vector<Endpoint>& servers, const Until& until) {
    if (servers.empty()) return;
    if (zones_.size() >= kMaxZones) zones_.clear();
    Details& details = zones_[zone];
    const bool orphaned = clock_() >= details.last + settings_->probing.interval * 3 / 2;
    if (details.leader && *details.leader != name && !orphaned) return;
    details.leader = name;
    details.last = clock_();
    discovery_.FindDelegation(zone, [weak = weak_from_this(), zone, servers, until](const ZoneAuthority& authority) {
      if (const auto self = weak.lock()) self->Look(zone, servers, authority, until);
    });
  }

 private:
  // What is asked for only now and then.
  struct Details {
    std::optional<NameTarget> leader;                      // in whose turns the zone is looked at
    std::chrono::steady_clock::time_point last{}, next{};  // look; asking for the rest
    bool keys_known = false;
    std::vector<DnsRecord> dnskey, addresses;
  };
  using LookPtr = std::shared_ptr<ZoneSample>;

  void Look(const std::string& zone, const std::vector<Endpoint>& servers, const ZoneAuthority& authority,
            const Until& until) {
    const auto look = std::make_shared<ZoneSample>();
    const config::Authority* pin = config::FindAuthority(*settings_, zone);
    look->zone = zone;
    look->pinned = pin != nullptr && pin->zone == zone;
    look->parent = authority.parent.empty() && authority.parent_known ? "." : authority.parent;
    look->denied = authority.denied;
    look->delegation = authority.delegation;
    look->glue = authority.glue;
    look->addresses = authority.addresses;
    look->ds = authority.ds;
    for (const Endpoint& server : servers) {
      ZoneServerView& view = look->servers.emplace_back();
      view.server = server;
      for (const NamedServer& named : authority.servers) {
        if (named.server == server) view.names = named.names;
      }
    }
    const auto next = Then(look, until, &Impl::AskDetails);
    for (ZoneServerView& view : look->servers) {
      Ask(zone, RecordType::kSoa, *look, view.server, [look, next, &view](DnsSample s) { view.soa = std::move(s); });
      Ask(zone, RecordType::kNs, *look, view.server, [look, next, &view](DnsSample s) { view.ns = std::move(s); });
    }
  }

  JoinPtr Then(const LookPtr& look, const Until& until, void (Impl::*step)(const LookPtr&, const Until&)) {
    return std::make_shared<Join>([weak = weak_from_this(), look, until, step] {
      if (const auto self = weak.lock()) (self.get()->*step)(look, until);
    });
  }

  void Ask(const std::string& host, RecordType type, const ZoneSample& look, const Endpoint& server,
           DnsClient::Done done) {
    DnsQuestion question;
    question.host = host;
    question.type = type;
    question.via = {Via::Kind::kAuthority, look.zone, server};
    question.timeout = settings_->probing.timeout;
    question.dnssec_ok = true;
    client_.Ask(question, std::move(done));
  }

  // Due when it is time, and while a zone with a DS record is seen without a key.
  void AskDetails(const LookPtr& look, const Until& until) {
    const Details& details = zones_[look->zone];
    const ZoneServerView* server = GoodServer(*look);
    const bool keyless = !look->ds.empty() && details.dnskey.empty();
    if (server == nullptr || (clock_() < details.next && !keyless)) return Tell(look, until);
    const auto found = std::make_shared<Details>();
    const auto next = std::make_shared<Join>([weak = weak_from_this(), look, until, found] {
      if (const auto self = weak.lock()) self->TakeDetails(look, until, *found);
    });
    const auto take = [found, next](std::vector<DnsRecord>& records, const DnsSample& sample) {
      if (sample.outcome == DnsOutcome::kAnswered && sample.aa) {
        records.insert(records.end(), sample.answers.begin(), sample.answers.end());
      }
    };
    for (const std::string& name : NamesInZone(*look, *server)) {
      for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
        Ask(name, type, *look, server->server,
            [take, found](const DnsSample& sample) { take(found->addresses, sample); });
      }
    }
    if (!IsSigned(*look, *server)) return;
    Ask(look->zone, RecordType::kDnskey, *look, server->server, [take, found](const DnsSample& sample) {
      found->keys_known = sample.outcome == DnsOutcome::kAnswered && sample.rcode == kRcodeNoError && sample.aa;
      take(found->dnskey, sample);
    });
  }

  void TakeDetails(const LookPtr& look, const Until& until, Details& found) {
    Details& details = zones_[look->zone];
    found.leader = details.leader;
    found.last = details.last;
    found.next = clock_() + kDetails;
    std::erase_if(found.addresses, [](const DnsRecord& record) { return record.type == RecordType::kRrsig; });
    details = std::move(found);
    Tell(look, until);
  }

  void Tell(const LookPtr& look, const Until&) {
    const Details& details = zones_[look->zone];
    look->keys_known = details.keys_known;
    look->dnskey = details.dnskey;
    std::erase_if(look->addresses, [&](const DnsRecord& record) {
      return std::any_of(details.addresses.begin(), details.addresses.end(),
                         [&](const DnsRecord& own) { return own.owner == record.owner; });
    });
    look->addresses.insert(look->addresses.end(), details.addresses.begin(), details.addresses.end());
    look->at = base::WallClockNow();
    sink_(std::move(*look));
  }

  DnsClient& client_;
  AuthorityDiscovery& discovery_;
  const std::shared_ptr<const config::Settings> settings_;
  const Sink sink_;
  const Clock clock_;
  std::map<std::string, Details> zones_;
};

ZoneWatch::ZoneWatch(DnsClient& client, AuthorityDiscovery& discovery, std::shared_ptr<const config::Settings> settings,
                     Sink sink, Clock clock)
    : impl_(std::make_shared<Impl>(client, discovery, std::move(settings), std::move(sink), std::move(clock))) {}

ZoneWatch::~ZoneWatch() = default;

void ZoneWatch::Turn(const NameTarget& name, const AuthorityServers& authority, const Until& until) {
  impl_->Turn(name, authority.zone, authority.servers, until);
  for (const AuthorityHop& hop : authority.further) impl_->Turn(name, hop.zone, hop.servers, until);
}

}  // namespace dialwatch::probes
