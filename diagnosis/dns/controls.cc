#include "diagnosis/dns/controls.h"

#include <algorithm>

#include "diagnosis/dns/answer.h"

namespace dialwatch::diagnosis {

void Controls::Add(const std::shared_ptr<const DnsSample>& sample) {
  if (sample->via.kind == probes::Via::Kind::kResolver) {
    resolvers_[{sample->zone, sample->via.name}] = sample;
  } else if (IsAuthoritative(*sample)) {
    Samples& said = authorities_[sample->zone];
    std::erase_if(said, [&](const auto& each) { return each->host == sample->host && each->type == sample->type; });
    said.push_back(sample);
    if (said.size() > kMostNames) said.erase(said.begin());
  }
}

void Controls::Retain(const config::Settings& settings, TimePoint oldest) {
  std::erase_if(resolvers_, [&](const auto& each) {
    return each.second->at < oldest ||
           std::none_of(settings.resolvers.begin(), settings.resolvers.end(),
                        [&](const config::Resolver& resolver) { return resolver.name == each.first.second; });
  });
  for (auto& [zone, said] : authorities_) {
    std::erase_if(said, [&](const auto& each) { return each->at < oldest; });
  }
  std::erase_if(authorities_, [](const auto& each) { return each.second.empty(); });
}

Control Controls::At(const std::string& zone, const std::string& resolver) const {
  const auto asked = resolvers_.find({zone, resolver});
  const auto said = authorities_.find(zone);
  if (asked == resolvers_.end() || said == authorities_.end() || Fails(*asked->second)) return Control::kUnknown;
  const DnsSample& sample = *asked->second;
  const auto word = std::find_if(said->second.begin(), said->second.end(), [&](const auto& each) {
    return each->host == sample.host && each->type == sample.type;
  });
  if (word == said->second.end()) return Control::kUnknown;
  const auto answers = AnswersOf(sample), right = AnswersOf(**word);
  if (answers != right) return Control::kWrong;
  // that both deny it shows little: a resolver may know it from the zone's NSEC records (RFC 8198)
  return right.empty() ? Control::kUnknown : Control::kRight;
}

std::vector<std::shared_ptr<const DnsSample>> Controls::Newest(const std::string& zone) const {
  Samples samples;
  for (const auto& [key, sample] : resolvers_) {
    if (key.first == zone) samples.push_back(sample);
  }
  return samples;
}

}  // namespace dialwatch::diagnosis
