#include "probes/address_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace dialwatch::probes {

// One host's lookup, shared by its questions.
struct AddressBook::Search {
  std::string host;
  std::size_t missing;  // questions without a reply
  Done done;            // empty once told

  Search(std::string name, std::size_t questions, Done call)
      : host(std::move(name)), missing(questions), done(std::move(call)) {}

  void Tell(const Entry& entry) {
    if (const Done call = std::exchange(done, nullptr)) call(entry);
  }
};

AddressBook::AddressBook(DnsClient& client, std::shared_ptr<const config::Settings> settings, SampleSink sink)
    : client_(client), settings_(std::move(settings)), sink_(std::move(sink)) {}

void AddressBook::Find(const std::string& host, Done done) {
  if (auto literal = base::IpAddress::Parse(host)) return done({*literal, "", ""});
  const auto known = known_.find(host);
  if (known != known_.end() && std::chrono::steady_clock::now() < known->second.until) return done(known->second.entry);
  const auto search = std::make_shared<Search>(host, settings_->resolvers.size(), std::move(done));
  for (const config::Resolver& resolver : settings_->resolvers) Ask(resolver, search);
}

void AddressBook::Ask(const config::Resolver& resolver, std::shared_ptr<Search> search) {
  const DnsQuestion question =
      QuestionTo(resolver, resolver.addresses.front(), search->host, RecordType::kA, settings_->probing.timeout);
  client_.Ask(question, [this, search = std::move(search)](DnsSample sample) {
    Learn(*search, sample);
    sink_(std::move(sample));
  });
}

void AddressBook::Learn(Search& search, const DnsSample& sample) {
  --search.missing;
  const auto answers = AnswerSet(sample);
  const auto address = base::IpAddress::Parse(answers.empty() ? "" : answers.front());
  if (address) {
    const Duration keep = std::clamp<Duration>(*AnswerTtl(sample), std::chrono::seconds(5), kLongest);
    known_[search.host] = {{*address, sample.via.name, ""}, std::chrono::steady_clock::now() + keep};
    search.Tell(known_[search.host].entry);
  } else if (search.missing == 0) {
    const auto known = known_.find(search.host);
    const std::string error = fmt::format("no resolver has an address for {}", search.host);
    search.Tell(known != known_.end() ? known->second.entry : Entry{std::nullopt, "", error});
  }
}

}  // namespace dialwatch::probes
