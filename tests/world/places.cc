#include "tests/world/places.h"

#include <algorithm>
#include <utility>

namespace dialwatch::world {
namespace {

constexpr Duration kShortest = std::chrono::seconds(5), kLongest = std::chrono::minutes(5);

}  // namespace

void Places::Find(const config::IceUri& uri, const Turn& turn, Done done) {
  const std::uint16_t port = uri.port.value_or(uri.DefaultPort());
  if (const auto literal = IpAddress::Parse(uri.host)) return done({{{*literal, port}, "", {}}});
  Page& page = pages_[uri.host];
  const TimePoint now = asking_.agenda.now();
  if (page.missing == 0 && (!page.known || now >= page.until) && !asking_.held.Holds(uri.host)) Look(uri, page, turn);
  const auto tell = [&page, port, done = std::move(done)] {
    std::vector<probes::ServerPlace> places;
    for (const auto& [address, by] : page.told) places.push_back({{*IpAddress::Parse(address), port}, "", by});
    done(places);
  };
  if (page.known || page.missing == 0) return tell();
  page.waiting.emplace_back(tell);
}

void Places::Look(const config::IceUri& uri, Page& page, const Turn& turn) {
  std::vector<RecordType> types{RecordType::kA, RecordType::kAaaa};
  const auto& resolvers = asking_.settings->resolvers;
  const auto ask = [&](const config::Resolver& resolver, const std::string& name, RecordType type,
                       const Asking::Then& then) {
    asking_.AskAndTell(
        probes::QuestionTo(resolver, resolver.addresses.front(), name, type, asking_.settings->probing.timeout), turn,
        then);
  };
  page.missing = resolvers.size() * types.size();
  page.heard.clear();
  page.keep = kLongest;
  for (const config::Resolver& resolver : resolvers) {
    if (!uri.port) ask(resolver, uri.SrvName(), RecordType::kSrv, {});
    for (const RecordType type : types) {
      ask(resolver, uri.host, type, [this, &page](const probes::DnsSample& sample) { Learn(page, sample); });
    }
  }
}

void Places::Learn(Page& page, const probes::DnsSample& sample) {
  for (const std::string& data : probes::AnswerSet(sample)) {
    auto& by = page.heard[data];
    by.insert(std::ranges::upper_bound(by, sample.via.name), sample.via.name);
    page.keep = std::min<Duration>(page.keep, *probes::AnswerTtl(sample));
  }
  if (--page.missing > 0) return;
  if (!page.heard.empty()) page.told = std::exchange(page.heard, {});  // else what was told stays
  page.known = true;
  page.until = asking_.agenda.now() + std::max(page.keep, kShortest);
  for (const auto& tell : std::exchange(page.waiting, {})) tell();
}

}  // namespace dialwatch::world
