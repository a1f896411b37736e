#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "probes/dns/sample.h"

namespace dialwatch::diagnosis {

using base::TimePoint;
using probes::DnsSample;

// What a name that no cache can hold tells of a resolver: whether it asks the same authority as we do.
enum class Control : std::uint8_t {
  kUnknown,
  kRight,  // the authority's own answer: where the resolver's other answers are wrong, a cache holds them
  kWrong,  // another answer, or none: the resolver sees another authority
};

// The newest control of each resolver and zone, and what the authority said to the same random name. Value type.
class Controls {
 public:
  static constexpr std::size_t kMostNames = 16;  // of a zone, for which the authority's word is kept

  void Add(const std::shared_ptr<const DnsSample>& sample);
  void Retain(const config::Settings& settings, TimePoint oldest);

  Control At(const std::string& zone, const std::string& resolver) const;
  // The newest control names that the resolvers were asked for, by resolver.
  std::vector<std::shared_ptr<const DnsSample>> Newest(const std::string& zone) const;

 private:
  using Samples = std::vector<std::shared_ptr<const DnsSample>>;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<const DnsSample>> resolvers_;  // by zone and resolver
  std::map<std::string, Samples> authorities_;                                                 // by zone, oldest first
};

}  // namespace dialwatch::diagnosis
