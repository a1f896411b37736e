#include "probes/address_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace dialwatch::probes {
namespace {

using std::chrono::steady_clock;

constexpr Duration kShortest = std::chrono::seconds(5);
constexpr Duration kForgotten = std::chrono::hours(2);  // after this long nobody asks any more: SRV targets change
constexpr Duration kDenied = std::chrono::minutes(1);   // until what does not exist is asked for again

AddressBook::Resolvers ListOf(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

bool Denies(const DnsSample& sample) {
  return sample.outcome == DnsOutcome::kAnswered && (sample.rcode == kRcodeNoError || sample.rcode == kRcodeNxDomain);
}

}  // namespace

AddressBook::AddressBook(DnsClient& client, std::shared_ptr<const config::Settings> settings, SampleSink sink,
                         std::shared_ptr<HeldNames> held)
    : client_(client), settings_(std::move(settings)), sink_(std::move(sink)), held_(std::move(held)) {}

void AddressBook::Find(const std::string& host, std::function<void(const Entry&)> done) {
  if (auto literal = base::IpAddress::Parse(host)) return done({{{*literal, {}}}, ""});
  Look(host, {RecordType::kA, RecordType::kAaaa}, [this, host, done = std::move(done)](const Word& word) {
    Entry entry;
    for (const auto& [record, resolvers] : word.answers) {
      if (const auto address = base::IpAddress::Parse(record.second)) {
        entry.addresses.push_back({*address, ListOf(resolvers)});
      }
    }
    if (entry.addresses.empty()) {
      entry.error = held_->Holds(host) ? fmt::format("{} is not asked for while its authority is wrong", host)
                                       : fmt::format("no resolver has an address for {}", host);
    }
    done(entry);
  });
}

void AddressBook::FindServices(const std::string& name, std::function<void(const Services&)> done) {
  Look(name, {RecordType::kSrv}, [done = std::move(done)](const Word& word) {
    Services found;
    for (const auto& [record, resolvers] : word.answers) {
      if (const auto fields = ReadSrv(record.second)) found.services.push_back({*fields, ListOf(resolvers)});
    }
    for (const auto& [type, resolver] : word.denials) found.denied_by.push_back(resolver);
    // RFC 2782 has a client choose by weight at random; who asks them all begins with the one that most choose
    std::ranges::sort(found.services, {}, [](const Service& each) {
      return std::tuple(each.fields.priority, -static_cast<int>(each.fields.weight), each.fields.target,
                        each.fields.port);
    });
    done(found);
  });
}

void AddressBook::Look(const std::string& name, const std::vector<RecordType>& types, Done done) {
  const auto now = steady_clock::now();
  std::erase_if(pages_,
                [&](const auto& each) { return each.second.missing == 0 && each.second.until + kForgotten < now; });
  Page& page = pages_[{name, types.front()}];
  const bool searching = page.missing > 0;
  const bool fresh = page.known && now < page.until;
  if (!fresh && !searching && !held_->Holds(name)) Queue(name, types, page);
  const bool usable = page.known && now < page.until + kLongest;
  if (usable || page.missing == 0) return done(page.told);
  page.waiting.push_back(std::move(done));
}

void AddressBook::Queue(const std::string& name, const std::vector<RecordType>& types, Page& page) {
  page.missing = settings_->resolvers.size() * types.size();
  if (page.missing == 0) return;
  page.heard = {};
  page.keep = kLongest;
  queue_.emplace_back([this, name, types, &page] {
    for (const config::Resolver& resolver : settings_->resolvers) {
      for (const RecordType type : types) {
        client_.Ask(QuestionTo(resolver, resolver.addresses.front(), name, type, settings_->probing.timeout),
                    [this, &page](DnsSample sample) {
                      Learn(page, sample);
                      sink_(std::move(sample));
                    });
      }
    }
  });
  AskMore();
}

void AddressBook::AskMore() {
  while (!queue_.empty() && searching_ < kAtOnce) {
    ++searching_;
    const auto ask = std::move(queue_.front());
    queue_.pop_front();
    ask();
  }
}

void AddressBook::Learn(Page& page, const DnsSample& sample) {
  const auto answers = AnswerSet(sample);
  for (const std::string& data : answers) page.heard.answers[{sample.type, data}].insert(sample.via.name);
  if (!answers.empty()) page.keep = std::min<Duration>(page.keep, *AnswerTtl(sample));
  if (answers.empty() && Denies(sample)) page.heard.denials.emplace(sample.type, sample.via.name);
  if (--page.missing > 0) return;

  if (page.heard.answers.empty()) {
    page.keep = page.heard.denials.empty() ? kShortest : kDenied;
    for (const auto& [record, resolvers] : page.told.answers) {
      for (const std::string& resolver : resolvers) {
        if (!page.heard.denials.contains({record.first, resolver})) page.heard.answers[record].insert(resolver);
      }
    }
  }
  page.told = std::move(page.heard);
  page.known = true;
  page.until = steady_clock::now() + std::max(page.keep, kShortest);
  --searching_;
  AskMore();
  for (const Done& done : std::exchange(page.waiting, {})) done(page.told);
}

}  // namespace dialwatch::probes
