#include "config/expectation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace dialwatch::config {
namespace {

using base::IpAddress;
using base::IpPrefix;

bool IsOfType(const IpAddress& address, RecordType type) {
  return type == (address.is_v6() ? RecordType::kAaaa : RecordType::kA);
}

std::string Text(const IpPrefix& network) {
  return network.length == static_cast<int>(network.address.size() * 8) ? network.address.ToString()
                                                                        : network.ToString();
}

}  // namespace

Expectation::Expectation(const Dialer& dialer, RecordType type) : mode_(dialer.expect_mode) {
  std::copy_if(dialer.expect.begin(), dialer.expect.end(), std::back_inserter(networks_),
               [&](const IpPrefix& network) { return IsOfType(network.address, type); });
}

bool Expectation::Meets(const std::vector<std::string>& answers) const {
  if (answers.empty()) return false;
  const auto is_expected = [&](const std::string& answer) {
    const auto address = IpAddress::Parse(answer);
    return address && std::any_of(networks_.begin(), networks_.end(),
                                  [&](const IpPrefix& network) { return network.Contains(*address); });
  };
  if (mode_ == ExpectMode::kAny) return std::any_of(answers.begin(), answers.end(), is_expected);
  if (!std::all_of(answers.begin(), answers.end(), is_expected)) return false;
  return mode_ != ExpectMode::kExact || answers.size() == networks_.size();
}

std::string Expectation::ToString() const {
  std::vector<std::string> texts;
  for (const IpPrefix& network : networks_) texts.push_back(Text(network));
  std::string list = fmt::format("{}", fmt::join(texts, ", "));
  if (mode_ == ExpectMode::kPrefix) return "within " + list;
  if (mode_ == ExpectMode::kExact || texts.size() == 1) return list;
  return (mode_ == ExpectMode::kAny ? "at least one of " : "only of ") + list;
}

}  // namespace dialwatch::config
