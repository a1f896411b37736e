#include "diagnosis/dns/sightings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "diagnosis/dns/answer.h"
#include "diagnosis/late.h"

namespace dialwatch::diagnosis {
namespace {

constexpr std::size_t kMostErrors = 8, kMostText = 100;

Statement StatementOf(const DnsSample& sample) {
  Statement said;
  said.answers = AnswersOf(sample);
  DnsSample& kept = said.sample;
  kept.host = sample.host;
  kept.type = sample.type;
  kept.purpose = sample.purpose;
  kept.via = sample.via;
  kept.outcome = sample.outcome;
  kept.transport = sample.transport;
  kept.rcode = sample.rcode;
  kept.aa = sample.aa;
  kept.ra = sample.ra;
  kept.ad = sample.ad;
  kept.nsid = sample.nsid.substr(0, kMostText);
  for (const std::string& answer : said.answers) kept.answers.push_back({sample.host, sample.type, 0, answer});
  if (const auto* soa = SoaOf(sample)) kept.authority = {{soa->owner, soa->type, 0, soa->data}};
  for (const auto& error : sample.extended_errors) {
    if (kept.extended_errors.size() == kMostErrors) break;
    kept.extended_errors.push_back({error.code, error.text.substr(0, kMostText)});
  }
  return said;
}

// By time; of one moment in an order of their own, whichever came first.
bool IsBefore(const Sighting& a, const Sighting& b) {
  if (a.at != b.at) return a.at < b.at;
  const DnsSample &x = a.said->sample, &y = b.said->sample;
  return std::tie(x.via, x.purpose, x.rcode, a.ttl, a.said->answers) <
         std::tie(y.via, y.purpose, y.rcode, b.ttl, b.said->answers);
}

// The same statement made before, so that it is kept once.
std::shared_ptr<const Statement> Shared(Statement said, const std::vector<Sighting>& before) {
  const Statement* compared = nullptr;
  for (auto each = before.rbegin(); each != before.rend(); ++each) {
    if (each->said.get() == std::exchange(compared, each->said.get())) continue;
    if (each->said->sample == said.sample) return each->said;
  }
  return std::make_shared<const Statement>(std::move(said));
}

}  // namespace

DnsSample Sighting::ToSample() const {
  DnsSample sample = said->sample;
  sample.at = at;
  sample.rtt = std::chrono::microseconds(rtt_us);
  sample.sends = 1;
  for (auto* records : {&sample.answers, &sample.authority}) {
    for (probes::DnsRecord& record : *records) record.ttl = ttl;
  }
  return sample;
}

void Sightings::Add(const DnsSample& sample) {
  if (sample.outcome != probes::DnsOutcome::kAnswered) return;
  std::vector<Sighting> sightings;
  sightings.reserve(kMost + 1);
  for (const Sighting& each : all()) {
    if (each.at >= sample.at - kLongest && each.at <= sample.at + kMayComeLate) sightings.push_back(each);
  }
  const auto ttl = static_cast<std::uint32_t>(CopyTtl(sample).count());
  const Sighting seen{Shared(StatementOf(sample), sightings), sample.at, ttl,
                      static_cast<std::uint32_t>(sample.rtt.count())};
  sightings.insert(std::upper_bound(sightings.begin(), sightings.end(), seen, IsBefore), seen);
  if (sightings.size() > kMost) sightings.erase(sightings.begin());
  Keep(std::move(sightings));
}

void Sightings::ForgetBefore(TimePoint time) {
  const auto seen = all();
  if (seen.empty() || seen.front().at >= time) return;
  const auto first = std::find_if(seen.begin(), seen.end(), [&](const Sighting& each) { return each.at >= time; });
  Keep({first, seen.end()});
}

void Sightings::Keep(std::vector<Sighting> sightings) {
  highest_ttl_ = 0;
  for (const Sighting& each : sightings) {
    if (!each.said->answers.empty()) highest_ttl_ = std::max(highest_ttl_, each.ttl);
  }
  sightings_ = sightings.empty() ? nullptr : std::make_shared<const std::vector<Sighting>>(std::move(sightings));
}

std::span<const Sighting> Sightings::all() const {
  if (!sightings_) return {};
  return *sightings_;
}

}  // namespace dialwatch::diagnosis
