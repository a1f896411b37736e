#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/world/authority.h"
#include "tests/world/cache.h"
#include "tests/world/chance.h"

namespace dialwatch::world {

// How a name is blocked: NXDOMAIN with an extended error, or the address of a sinkhole.
struct Block {
  std::string sinkhole = {};
  std::uint16_t extended_error = 15;  // RFC 8914 §4.16: Blocked; 0: none
};

// A public resolver: addresses, a crowd of caches behind them, and how it fills them.
struct Operator {
  std::string name;
  std::vector<IpAddress> addresses = {};
  CachePolicy policy = {};
  std::vector<Cache> caches = std::vector<Cache>(3);
  bool validates = true;  // DNSSEC
  std::string site = "fra";
  Course<Health> health{Health::kWell};
  std::map<IpAddress, Course<Health>> health_at = {};  // of one address alone
  Course<Duration> delay{std::chrono::milliseconds(12)};
  Course<double> loss{0.0};
  Course<double> rate_limited{0.0};                                  // the share of questions that it refuses
  std::map<std::string, Course<std::optional<Block>>> blocked = {};  // by name
  // What its fills of a name bring in place of the authority's word; empty data: that there is none.
  std::map<std::string, Course<std::optional<RecordSet>>> misled = {};
  Course<std::optional<Endpoint>> fills_from{std::nullopt};  // it asks this server alone
  Course<bool> cannot_fill{false};                           // none of the zones' servers answers it
  Course<Duration> gives_up_after{Duration(0)};              // when it fails to fill

  // A wrong copy in the first `caches` of its caches; no data: the name is denied.
  void Plant(const std::string& host, TimePoint begin, TimePoint end, const RecordSet& set, std::size_t most = 1000,
             RecordType type = RecordType::kA);
};

// Those who answer names: the zones, and what the operators make of them.
struct Names {
  std::vector<Zone> zones;
  std::vector<Operator> operators;

  Zone* ZoneOf(const std::string& host);           // the nearest; null: none
  Operator* OperatorAt(const IpAddress& address);  // null: none
  Operator& Of(const std::string& operator_name);  // which must be there

  Reply SayAuthority(const Endpoint& server, const Question& question, Chance& chance);
  Reply SayResolver(Operator& by, const IpAddress& address, const Question& question, Chance& chance);
  Reply SayIdentity(const Operator& by, const Question& question, Chance& chance) const;

 private:
  Reply Fill(const Operator& by, const Question& question, Chance& chance);
  Reply AskServers(const Operator& by, const Zone& zone, const Question& question, Chance& chance);
};

}  // namespace dialwatch::world
