#pragma once

#include <optional>
#include <string>

#include "probes/dns/client.h"
#include "tests/probes/dns/fake_server.h"

namespace dialwatch::probes {

using namespace std::chrono_literals;

inline DnsQuestion QuestionTo(const base::Endpoint& server, std::string host = "d1.example.com") {
  return {.host = std::move(host), .via = {Via::Kind::kResolver, "fake", server}, .timeout = 2s};
}

// A client and a server on one loop.
struct ClientBed {
  EventLoop loop;
  FakeServer server{loop};
  DnsClient client{loop, std::nullopt};

  // Asks and waits. The sample's default outcome is "timeout" and its `sends` 0 where Done was never called.
  DnsSample Ask(const DnsQuestion& question) {
    std::optional<DnsSample> sample;
    client.Ask(question, [&](DnsSample got) { sample = std::move(got); });
    RunUntil(loop, [&] { return sample.has_value(); });
    return sample.value_or(DnsSample{});
  }
  DnsSample Ask() { return Ask(QuestionTo(server.endpoint())); }

  // The server answers every query with these parts.
  void AnswerWith(ReplyParts parts) {
    server.on_query = [this, parts](const FakeServer::Query& query) { server.Send(query, ReplyTo(query.wire, parts)); };
  }
};

}  // namespace dialwatch::probes
