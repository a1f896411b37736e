#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "tests/probes/dns/fake_server.h"

namespace dialwatch::probes {

// Resolvers "r1", "r2", … on loopback, each with answers of its own; what it has none for does not exist.
struct FakeResolvers {
  using Key = std::pair<std::string, RecordType>;

  EventLoop& loop;
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::deque<FakeServer> servers;
  std::deque<std::map<Key, std::vector<Octets>>> answers;  // by resolver
  std::vector<bool> silent;

  FakeResolvers(EventLoop& on, std::size_t count) : loop(on), silent(count, false) {
    settings->probing.timeout = std::chrono::milliseconds(300);
    for (std::size_t i = 0; i < count; ++i) {
      answers.emplace_back();
      servers.emplace_back(loop, [this, i](const FakeServer::Query& query) {
        if (silent[i]) return;
        const auto found = answers[i].find({QuestionName(query.wire), QuestionType(query.wire)});
        ReplyParts parts;
        if (found == answers[i].end()) parts.rcode = kRcodeNxDomain;
        if (found != answers[i].end()) parts.answers = found->second;
        servers[i].Send(query, ReplyTo(query.wire, parts));
      });
      const std::string name = "r" + std::to_string(i + 1);
      settings->resolvers.push_back({.name = name, .operator_name = name, .addresses = {servers.back().endpoint()}});
    }
  }

  std::size_t asked() const {
    std::size_t sum = 0;
    for (const FakeServer& server : servers) sum += server.queries().size();
    return sum;
  }
};

inline Octets Aaaa(std::string_view address, std::uint32_t ttl = 300) {
  const auto parsed = *base::IpAddress::Parse(address);
  return Record(RecordType::kAaaa, ttl, Octets(parsed.octets(), parsed.octets() + 16));
}

inline Octets Srv(unsigned priority, unsigned weight, unsigned port, std::string_view target) {
  return Record(RecordType::kSrv, 300, Word(priority) + Word(weight) + Word(port) + Name(target));
}

}  // namespace dialwatch::probes
