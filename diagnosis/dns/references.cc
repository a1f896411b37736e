#include "diagnosis/dns/references.h"

#include <algorithm>

#include "diagnosis/dns/answer.h"

namespace dialwatch::diagnosis {

void References::Add(const probes::DnsSample& sample) {
  Series& series = series_[sample.via.name];
  const bool replied = !diagnosis::IsSilent(sample);
  series.length = replied == series.replied ? series.length + 1 : 1;
  series.replied = replied;
  series.at = sample.at;
}

void References::Retain(const config::Settings& settings, TimePoint oldest) {
  std::erase_if(series_, [&](const auto& each) {
    return each.second.at < oldest ||
           std::ranges::find(settings.resolvers, each.first, &config::Resolver::name) == settings.resolvers.end();
  });
}

bool References::Is(const std::string& resolver, bool replied) const {
  const auto series = series_.find(resolver);
  return series != series_.end() && series->second.replied == replied && series->second.length >= kRunning;
}

bool References::Replies(const std::string& resolver) const {
  return Is(resolver, true);
}

bool References::IsSilent(const std::string& resolver) const {
  return Is(resolver, false);
}

bool References::AnyReplies() const {
  return std::ranges::any_of(series_, [](const auto& each) { return each.second.replied; });
}

}  // namespace dialwatch::diagnosis
