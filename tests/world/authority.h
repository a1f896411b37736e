#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probes/dns/zone_sample.h"
#include "tests/world/reply.h"

namespace dialwatch::world {

// One authoritative server of a zone.
struct NameServer {
  std::string name;
  Endpoint address;
  Course<Health> health{Health::kWell};
  Course<Duration> delay{std::chrono::milliseconds(9)};
  Course<std::optional<TimePoint>> cut_off{std::nullopt};          // since then nothing of the zone gets there
  Course<bool> listed{true};                                       // parent and zone name it
  std::map<RecordKey, Course<std::optional<RecordSet>>> own = {};  // what it alone says

  TimePoint AsOf(TimePoint at) const { return cut_off.At(at).value_or(at); }
};

// A zone: what it holds over time, and who serves it.
struct Zone {
  std::string name;
  std::string parent = "com";
  std::map<RecordKey, Course<RecordSet>> records = {};
  std::vector<NameServer> servers = {};
  Course<std::uint32_t> negative_ttl{60};
  std::string probe_label = {};  // a wildcard below it answers with kControl
  Course<bool> is_signed{false};
  Course<std::optional<TimePoint>> signer_stopped{std::nullopt};  // no signature is made anew since then
  Course<std::uint32_t> serial{1};
  std::uint32_t changes = 0;  // made by Change

  static constexpr seconds kControlTtl{10};
  static constexpr const char* kControl = "192.0.2.77";

  // From then on the name has these, and the zone another serial.
  void Change(TimePoint from, const std::string& host, RecordSet set, RecordType type = RecordType::kA);

  // What one of the servers says.
  Reply Say(const NameServer& server, const Question& question, std::size_t dice) const;
  const NameServer* ServerAt(const Endpoint& address) const;  // null: none
  std::vector<Endpoint> ServersAt(TimePoint at) const;        // that are listed, sorted

  // How the zone is delegated; without what its servers say.
  probes::ZoneSample Delegation(TimePoint at) const;

 private:
  std::optional<RecordSet> Find(const NameServer& server, const RecordKey& key, TimePoint at) const;
  bool Exists(const NameServer& server, const std::string& host, TimePoint at) const;
  std::vector<probes::DnsRecord> ApexRecords(RecordType type, TimePoint at) const;
  void Sign(std::vector<probes::DnsRecord>& records, TimePoint at) const;
};

}  // namespace dialwatch::world
