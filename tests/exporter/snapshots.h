#pragma once

#include <memory>
#include <string>
#include <vector>

#include "diagnosis/snapshot.h"
#include "exporter/http_server.h"

// Snapshots made by hand, so that the tests of the views need neither rules nor probes.
namespace dialwatch::exporter {

inline constexpr base::TimePoint kNow{std::chrono::milliseconds(1598879100000)};  // 2020-08-31T13:05:00Z

base::Endpoint At(const std::string& address);  // port 53

// One A record for d<number>.example.com through `via`, seen at kNow.
diagnosis::Judgement Judged(const std::string& dialer, const probes::Via& via, const std::string& answer,
                            std::uint32_t ttl, diagnosis::Verdict verdict);
probes::Via Resolver(const std::string& name, const std::string& address);
probes::Via Authority(const std::string& address);

// Two dialers; google has a wrong copy of d1 for 23 h more, everybody else is right. A relay loses one packet.
diagnosis::Snapshot The2020Case();

SelfReport ReadySelf();

// Gives the same snapshot (which may be null) and report for ever.
Sources FixedSources(std::shared_ptr<const diagnosis::Snapshot> snapshot, const SelfReport& self = ReadySelf());

}  // namespace dialwatch::exporter
