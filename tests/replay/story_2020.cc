#include "tests/replay/story_2020.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/world/ordinary.h"

namespace dialwatch::replay {
namespace {

using namespace std::chrono_literals;
using world::Between, world::RecordSet, world::World;

constexpr int kDialers = 40;
constexpr seconds kDay = 24h, kCap = 6h;
constexpr std::uint32_t kTtl = kDay.count();
constexpr const char* kStunHost = "stun.l.google.com";
constexpr const char* kStunUri = "stun:stun.l.google.com:19302";
constexpr const char* kSettingsPage = "https://phone.example.com/settings.js";

TimePoint Pacific(std::chrono::day day, int hour, int minute) {
  const std::chrono::year_month_day date{std::chrono::year{2020}, std::chrono::August, day};
  return std::chrono::sys_days{date} + std::chrono::hours(hour + 7) + std::chrono::minutes(minute);
}

std::string NameOf(int dialer) {
  return fmt::format("d{}", dialer);
}

// Each name's copy at google ends at a time of its own; until then it is right.
std::vector<TimePoint> LetCopiesEnd(World& world, const TimePoint begin, Duration within) {
  world::Chance chance(world.seed);
  std::vector<TimePoint> ends;
  for (int i = 1; i <= kDialers; ++i) {
    ends.push_back(Sunday(0) + chance.UpTo(within));
    world.names.Of("google").Plant(world::HostOf(i), begin, ends.back(), {{world::AddressOf(i)}});
  }
  return ends;
}

// Google's fills of the name bring a wrong address in this time.
void Mislead(World& world, const std::string& host, TimePoint from, TimePoint to) {
  auto& fills = world.names.Of("google").misled;
  fills.try_emplace(host, std::nullopt).first->second.Set(Between(from, to), RecordSet{{world::kElsewhere}, kTtl});
}

void TellDay(Story& story) {
  const auto ends = LetCopiesEnd(story.world, story.begin, kDay);
  for (int i = 1; i <= kDialers; ++i) {
    Mislead(story.world, world::HostOf(i), Sunday(3), Sunday(14));
    const TimePoint filled = ends[static_cast<std::size_t>(i - 1)];
    if (filled >= Sunday(3) && filled < Sunday(14)) story.truth.push_back({NameOf(i), filled, filled + kDay});
  }
}

void TellSixHours(Story& story) {
  constexpr int kMisled = 14;
  story.world.names.Of("google").policy.longest = kCap;
  const auto ends = LetCopiesEnd(story.world, story.begin, kCap);
  const TimePoint from = Sunday(3), to = Monday(11, 30);
  for (int i = 1; i <= kMisled; ++i) {
    Mislead(story.world, world::HostOf(i), from, to);
    TimePoint filled = ends[static_cast<std::size_t>(i - 1)];
    if (filled < from) filled += kCap;
    TimePoint healed = filled;
    while (healed < to) healed += kCap;
    story.truth.push_back({NameOf(i), filled, healed});
  }
}

// Which copies come of it is chance: each resolver asks whichever of the two servers.
void TellLaggingServer(Story& story) {
  constexpr int kMoved = 12;
  const TimePoint moved = Sunday(4), healed = Monday(11, 30);
  world::Zone& zone = story.world.names.zones.front();
  zone.servers.back().cut_off.Set(Between(Sunday(3), healed), Sunday(3));
  for (int i = 1; i <= kMoved; ++i) {
    const std::string address = world::AddressOf(100 + i);
    zone.Change(moved, world::HostOf(i), {{address}, kTtl});
    story.world.dialers[static_cast<std::size_t>(i - 1)].alive.Set(world::From(moved), false);
    story.world.dialers.push_back({.address = *world::IpAddress::Parse(address), .name = NameOf(i)});
  }
}

// Whoever uses it has no address of his own to tell, whichever dialer he calls.
void TellStunName(Story& story) {
  Mislead(story.world, kStunHost, Sunday(3), Sunday(14));
  auto settings = *story.settings;
  settings.stun_servers.push_back({.name = "google-stun", .uri = *config::ParseIceUri(kStunUri)});
  story.settings = std::make_shared<const config::Settings>(std::move(settings));
}

// As LetCopiesEnd has it, but nobody whom we can ask has these copies.
void TellBehindTheStun(Story& story) {
  world::Chance chance(story.world.seed);
  for (int i = 1; i <= kDialers; ++i) {
    const TimePoint filled = Sunday(0) + chance.UpTo(kDay);
    if (filled >= Sunday(3) && filled < Sunday(14)) story.truth.push_back({NameOf(i), filled, filled + kDay});
  }
}

World WorldOfAugust() {
  World world = world::OrdinaryWorld(kDialers, 20200831);
  world::Zone& zone = world.names.zones.front();
  for (auto& [key, course] : zone.records) course = RecordSet{course.At({}).data, kTtl};
  for (world::Operator& each : world.names.operators) each.caches.resize(1);
  world.names.Of("cloudflare").health.Set(Between(Sunday(3), Sunday(6)), world::Health::kSilent);
  world::Zone google{.name = "google.com"};
  google.servers = {{.name = "ns1.google.com", .address = *world::Endpoint::Parse("192.0.2.70", config::kDnsPort)}};
  google.records.emplace(world::RecordKey{kStunHost, world::RecordType::kA}, RecordSet{{"192.0.2.220"}});
  world.names.zones.push_back(std::move(google));
  world.stun.push_back({.address = *world::Endpoint::Parse("192.0.2.220:19302", 0)});
  world.ice_configs.try_emplace(
      kSettingsPage,
      std::vector<probes::IceServerInFile>{
          {kSettingsPage, {.line = 12, .column = 9, .text = kStunUri, .uri = *config::ParseIceUri(kStunUri)}}});
  return world;
}

config::Settings SettingsOf(Policy policy) {
  config::Settings settings = world::OrdinarySettings(kDialers);
  if (policy == Policy::kOfToday) {
    settings.policy.allowed_stun = {"stun.telnyx.com", "turn.telnyx.com"};
    settings.ice_configs = {{config::IceConfig::Kind::kUrl, kSettingsPage}};
    return settings;
  }
  settings.policy.ttl_max = kDay;
  for (config::Dialer& dialer : settings.dialers) {
    dialer.ttl_max = kDay;
    dialer.reflector_port = 0;
  }
  return settings;
}

}  // namespace

TimePoint Sunday(int hour, int minute) {
  return Pacific(std::chrono::day{30}, hour, minute);
}

TimePoint Monday(int hour, int minute) {
  return Pacific(std::chrono::day{31}, hour, minute);
}

std::string_view FormatVariant(Variant variant) {
  switch (variant) {
    case Variant::kDay:
      return "day";
    case Variant::kSixHours:
      return "six-hours";
    case Variant::kLaggingServer:
      return "lagging-server";
    case Variant::kStunName:
      return "stun-name";
    case Variant::kBehindTheStun:
      return "behind-the-stun";
  }
  return "unknown";
}

std::vector<std::string> Story::WrongAt(TimePoint at) const {
  std::vector<std::string> dialers;
  for (const Wrong& each : truth) {
    if (at >= each.from && at < each.to) dialers.push_back(each.dialer);
  }
  std::ranges::sort(dialers);
  return dialers;
}

Story StoryOf(Variant variant, Policy policy) {
  Story story{WorldOfAugust(), std::make_shared<const config::Settings>(SettingsOf(policy)), Sunday(0), Monday(16), {}};
  switch (variant) {
    case Variant::kDay:
      TellDay(story);
      break;
    case Variant::kSixHours:
      TellSixHours(story);
      break;
    case Variant::kLaggingServer:
      TellLaggingServer(story);
      break;
    case Variant::kStunName:
      TellStunName(story);
      break;
    case Variant::kBehindTheStun:
      TellBehindTheStun(story);
      break;
  }
  return story;
}

}  // namespace dialwatch::replay
