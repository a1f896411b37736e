#include "probes/dns/authority_search.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "probes/dns/join.h"
#include "probes/dns/zone_replies.h"
#include "probes/stun/udp_socket.h"

namespace dialwatch::probes {
namespace {

using Records = std::vector<DnsRecord>;
using Names = std::set<std::string>;

constexpr std::size_t kMaxServers = 32;
constexpr std::size_t kParentNames = 3;  // of the parent's servers as many as it takes to be sure that one answers
constexpr std::size_t kParentServers = 4;

// One search. It lives in the callbacks of its questions; each step ends when the last of them is over.
class Search : public std::enable_shared_from_this<Search> {
 public:
  Search(const SearchContextPtr& context, const std::string& zone, std::function<void(const FoundZone&)> done)
      : context_(context), port_(context->port), done_(std::move(done)) {
    found_.authority.zone = zone;
  }

  void Start() {
    const auto next = Then(&Search::FindParentServers);
    AskPanel(
        zone(), RecordType::kNs, [zone = zone()](const DnsSample& s) { return ReadNs(zone, s); },
        [this, next](const Records& agreed) {
          for (const DnsRecord& record : agreed) Name(record);
        });
    AskPanel(
        zone(), RecordType::kDs, [zone = zone()](const DnsSample& s) { return ReadDs(zone, s); },
        [this, next](const Records& agreed) { TakeDs(agreed); });
  }

 private:
  using Step = void (Search::*)();

  // Whoever holds it keeps the search alive and its next step waiting.
  JoinPtr Then(Step step) {
    return std::make_shared<Join>([self = shared_from_this(), step] {
      if (!self->context_.expired()) (self.get()->*step)();
    });
  }

  void AskPanel(const std::string& name, RecordType type, const Panel::Reading& reading,
                std::function<void(const Records&)> take) {
    const auto context = context_.lock();
    if (!context) return;
    context->panel.Ask(name, type, reading, [take = std::move(take)](const Consensus& said) { take(said.agreed); });
  }

  const std::string& zone() const { return found_.authority.zone; }

  void Keep(const DnsRecord& record) { keep_ = std::min(keep_, record.ttl); }

  void Name(const DnsRecord& ns) {
    if (names_.size() < kMaxNameServers && names_.insert(ns.data).second) unknown_.insert(ns.data);
    Keep(ns);
  }

  void TakeDs(const Records& agreed) {
    for (const DnsRecord& record : agreed) {
      if (record.type == RecordType::kDs) {
        found_.authority.ds.push_back(record);
      } else {
        found_.authority.parent = record.owner;
        found_.authority.parent_known = true;
      }
    }
  }

  void FindParentServers() {
    if (!found_.authority.parent_known) return FindAddresses();
    const std::string& parent = found_.authority.parent;
    AskPanel(
        parent, RecordType::kNs, [parent](const DnsSample& s) { return ReadNs(parent, s); },
        [this, next = Then(&Search::AskParent)](const Records& agreed) {
          for (std::size_t i = 0; i < agreed.size() && i < kParentNames; ++i) {
            AskForAddresses(agreed[i].data, parent_addresses_, next);
          }
        });
  }

  void AskForAddresses(const std::string& name, Records& addresses, const JoinPtr& next) {
    for (const RecordType type : {RecordType::kA, RecordType::kAaaa}) {
      AskPanel(name, type, ReadAddresses, [&addresses, next](const Records& agreed) {
        addresses.insert(addresses.end(), agreed.begin(), agreed.end());
      });
    }
  }

  void AskServer(const Endpoint& server, const JoinPtr& next, std::vector<DnsSample>& replies) {
    const auto context = context_.lock();
    if (!context) return;
    DnsQuestion question;
    question.host = zone();
    question.type = RecordType::kNs;
    question.via = {Via::Kind::kAuthority, zone(), server};
    question.timeout = context->timeout;
    question.keep_additional = true;
    context->client.Ask(question, [&replies, next](DnsSample sample) { replies.push_back(std::move(sample)); });
  }

  void AskParent() {
    const auto next = Then(&Search::TakeDelegation);
    std::size_t asked = 0;
    for (const DnsRecord& record : parent_addresses_) {
      const Endpoint server{*base::IpAddress::Parse(record.data), port_};
      if (asked == kParentServers || (server.address.is_v6() && !HasRoute(server))) continue;
      AskServer(server, next, parent_replies_);
      ++asked;
    }
  }

  void TakeDelegation() {
    for (const DnsSample& reply : parent_replies_) {
      if (!Tells(reply)) continue;
      auto delegation = NsRecords(zone(), reply.authority);
      if (reply.aa) {
        // it hosts the zone too, or there is no such zone; another server of the parent may know better
        found_.authority.denied = !IsProof(zone(), reply);
        if (!found_.authority.denied) break;
      } else if (!delegation.empty()) {
        found_.authority.denied = false;
        TakeGlue(delegation, reply.additional);
        for (const DnsRecord& ns : delegation) Name(ns);
        found_.authority.delegation = std::move(delegation);
        break;
      }
    }
    FindAddresses();
  }

  void TakeGlue(const Records& delegation, const Records& additional) {
    for (const DnsRecord& record : additional) {
      const bool address = record.type == RecordType::kA || record.type == RecordType::kAaaa;
      const bool named = std::any_of(delegation.begin(), delegation.end(),
                                     [&](const DnsRecord& ns) { return ns.data == record.owner; });
      if (address && named && base::IpAddress::Parse(record.data) && found_.authority.glue.size() < kMaxServers) {
        found_.authority.glue.push_back(record);
      }
    }
  }

  void FindAddresses() {
    const auto next = Then(&Search::AskServers);
    for (const std::string& name : std::exchange(unknown_, {})) {
      AskForAddresses(name, found_.authority.addresses, next);
    }
  }

  // Servers that have been found since the last time.
  void AskServers() {
    for (const std::string& name : names_) {
      auto known = AddressesOf(name, found_.authority.addresses);
      if (known.empty()) known = AddressesOf(name, found_.authority.glue);
      for (const DnsRecord& record : known) {
        const Endpoint server{*base::IpAddress::Parse(record.data), port_};
        if (server.address.is_v6() && !HasRoute(server)) continue;
        if (servers_.size() == kMaxServers && !servers_.contains(server)) continue;
        servers_[server].insert(name);
        Keep(record);
      }
    }
    const auto next = Then(&Search::TakeProof);
    for (const auto& [server, names] : servers_) {
      if (asked_.insert(server).second) AskServer(server, next, replies_);
    }
  }

  static Records AddressesOf(const std::string& name, const Records& records) {
    Records addresses;
    for (const DnsRecord& record : records) {
      if (record.owner == name) addresses.push_back(record);
    }
    return addresses;
  }

  void TakeProof() {
    for (const DnsSample& reply : std::exchange(replies_, {})) {
      if (!IsProof(zone(), reply)) continue;
      found_.proven = true;
      for (const DnsRecord& ns : NsRecords(zone(), reply.answers)) Name(ns);
    }
    if (!unknown_.empty()) return FindAddresses();
    for (auto& [server, names] : servers_) {
      found_.authority.servers.push_back({server, {names.begin(), names.end()}});
    }
    found_.keep = std::chrono::seconds(keep_);
    done_(found_);
  }

  const std::weak_ptr<SearchContext> context_;
  const std::uint16_t port_;
  const std::function<void(const FoundZone&)> done_;
  FoundZone found_;
  std::uint32_t keep_ = 86'400;  // seconds
  Names names_, unknown_;        // of name servers; those whose addresses have not been asked for
  Records parent_addresses_;
  std::vector<DnsSample> parent_replies_, replies_;
  std::map<Endpoint, Names> servers_;
  std::set<Endpoint> asked_;
};

}  // namespace

void SearchZone(const SearchContextPtr& context, const std::string& zone, std::function<void(const FoundZone&)> done) {
  std::make_shared<Search>(context, zone, std::move(done))->Start();
}

}  // namespace dialwatch::probes
