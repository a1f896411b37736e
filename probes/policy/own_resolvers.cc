#include "probes/policy/own_resolvers.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "base/printable.h"
#include "config/regular_file.h"
#include "probes/policy/command.h"

namespace dialwatch::probes {
namespace {

using base::IpAddress;

constexpr std::size_t kMostText = std::size_t{64} << 10;  // octets of either source
constexpr std::size_t kMostResolvers = 64;
constexpr std::chrono::milliseconds kPatience(3000);

// systemd-resolved(8) listens at these two, and asks others.
bool IsStub(const IpAddress& address) {
  const std::string text = address.ToString();
  return text == "127.0.0.53" || text == "127.0.0.54";
}

// "192.0.2.1", "fe80::1%eth0", "[2001:db8::1]:53", "192.0.2.1:5353#dns.example.com": what matters is the address.
base::Result<IpAddress> ReadAddress(std::string word) {
  word.resize(std::min({word.find('#'), word.find('%'), word.size()}));
  if (auto address = IpAddress::Parse(word)) return address;
  const auto endpoint = base::Endpoint::Parse(word, 53);
  if (!endpoint) return endpoint.error();
  return endpoint->address;
}

void Add(std::vector<OwnResolver>& resolvers, const std::string& word, std::string where) {
  const auto address = ReadAddress(word);
  if (address && resolvers.size() < kMostResolvers) resolvers.push_back({*address, std::move(where)});
}

}  // namespace

std::vector<OwnResolver> ParseResolvConf(std::string_view text, const std::string& file) {
  std::vector<OwnResolver> resolvers;
  std::istringstream lines{std::string(text)};
  std::string line, keyword, address;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    std::istringstream words(line);
    if (words >> keyword >> address && keyword == "nameserver")
      Add(resolvers, address, fmt::format("{}:{}", file, number));
  }
  return resolvers;
}

std::vector<OwnResolver> ParseResolvectl(std::string_view text) {
  std::vector<OwnResolver> resolvers;
  std::istringstream lines{std::string(text)};
  std::string line, word;
  while (std::getline(lines, line)) {
    const std::size_t colon = line.find(": ");  // "Global: …", "Link 2 (eth0): …"
    if (colon == std::string::npos) continue;
    std::istringstream words(line.substr(colon + 2));
    while (words >> word) Add(resolvers, word, "resolvectl: " + base::Printable(line.substr(0, colon), 40));
  }
  return resolvers;
}

ResolvConfSample ReadOwnResolvers(const OwnResolverSources& sources, const std::stop_token& stop) {
  ResolvConfSample sample;
  if (const auto text = config::ReadRegularFile(sources.resolv_conf, kMostText)) {
    sample.resolvers = ParseResolvConf(*text, sources.resolv_conf);
    if (sample.resolvers.empty()) sample.error = fmt::format("{}: names no resolver", sources.resolv_conf);
  } else {
    sample.error = fmt::format("{}: {}", sources.resolv_conf, text.error().what);
  }
  const auto stub = std::ranges::find_if(sample.resolvers, [](const auto& each) { return IsStub(each.address); });
  if (stub != sample.resolvers.end()) {
    const auto output = OutputOf(sources.resolvectl, kMostText, kPatience, stop);
    auto behind = output ? ParseResolvectl(*output) : std::vector<OwnResolver>();
    if (behind.empty()) {
      const auto text = config::ReadRegularFile(sources.behind_stub, kMostText);
      if (text) behind = ParseResolvConf(*text, sources.behind_stub);
    }
    if (behind.empty()) {
      stub->where += fmt::format(", of systemd-resolved; whom it asks is not known: {}",
                                 output ? "resolvectl names nobody" : output.error().what);
    } else {
      std::erase_if(sample.resolvers, [](const auto& each) { return IsStub(each.address); });
      sample.resolvers.insert(sample.resolvers.end(), behind.begin(), behind.end());
    }
  }
  sample.at = base::WallClockNow();
  return sample;
}

}  // namespace dialwatch::probes
