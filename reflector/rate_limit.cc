#include "reflector/rate_limit.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace dialwatch::reflector {
namespace {

constexpr std::size_t kNetworkOctets = 8;  // of an IPv6 address

base::IpAddress NetworkOf(const base::IpAddress& source) {
  if (!source.is_v6()) return source;
  std::array<std::uint8_t, 16> octets{};
  std::copy_n(source.octets(), kNetworkOctets, octets.begin());
  return base::IpAddress::V6(octets.data());
}

}  // namespace

bool RateLimit::Take(const base::IpAddress& source, Time now) {
  constexpr std::chrono::seconds kRefill(1);
  while (!order_.empty() && now - order_.front().at >= kRefill) ForgetOldest();
  const base::IpAddress network = NetworkOf(source);
  auto known = buckets_.find(network);
  if (known == buckets_.end()) {
    if (buckets_.size() >= most_) ForgetOldest();
    order_.push_back({network, per_second_, now});
    known = buckets_.emplace(network, std::prev(order_.end())).first;
  }
  const auto bucket = known->second;
  const double seconds = std::chrono::duration<double>(now - bucket->at).count();
  bucket->tokens = std::min(bucket->tokens + seconds * per_second_, per_second_);
  bucket->at = now;
  order_.splice(order_.end(), order_, bucket);
  if (bucket->tokens < 1) return false;
  bucket->tokens -= 1;
  return true;
}

void RateLimit::ForgetOldest() {
  buckets_.erase(order_.front().source);
  order_.pop_front();
}

}  // namespace dialwatch::reflector
