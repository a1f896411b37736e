#include "daemon/recording/replayer.h"

#include <doctest/doctest.h>

#include <map>
#include <optional>

#include "alerting/plain_text.h"
#include "tests/daemon/recording/replay_world.h"

namespace dialwatch::daemon {
namespace {

using Lines = std::vector<std::string>;

std::string Joined(const Lines& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// google is wrong about the first `names` dialers from minute 5 to minute 20.
Samples WrongAtGoogle(int dialers, int names, Duration length = 30min) {
  return TurnsOf(dialers, length, [=](DnsSample& sample, int dialer) {
    const bool wrong =
        sample.via == kGoogle && dialer <= names && sample.at >= kMonday + 5min && sample.at < kMonday + 20min;
    if (wrong) GiveWrong(sample, std::chrono::floor<seconds>(kMonday + 20min - sample.at));
    return wrong;
  });
}

// Two hours in which google's wrong answers about two dialers come and go.
Samples Flapping(unsigned seed) {
  std::minstd_rand dice(seed);
  std::vector<std::pair<TimePoint, TimePoint>> bad;
  for (TimePoint at = kMonday + 1min; at < kMonday + 70min; at = bad.back().second + seconds(60 + dice() % 900)) {
    bad.emplace_back(at, at + seconds(60 + dice() % 180));
  }
  return TurnsOf(3, 130min, [&](DnsSample& sample, int dialer) {
    for (const auto& [from, to] : bad) {
      const bool wrong = sample.via == kGoogle && dialer <= 2 && sample.at >= from && sample.at < to;
      if (wrong) GiveWrong(sample, std::chrono::floor<seconds>(to - sample.at));
      if (wrong) return true;
    }
    return false;
  });
}

// Sanitizers make each run several times as long.
std::vector<unsigned> Seeds(std::vector<unsigned> seeds) {
#ifdef DIALWATCH_FEWER_RUNS
  seeds.resize(1);
#endif
  return seeds;
}

// Half an hour in which anything may happen, by `seed`.
Samples Chance(unsigned seed, int dialers) {
  std::minstd_rand dice(seed);
  const auto one_in = [&](unsigned n) { return dice() % n == 0; };
  struct Trouble {
    probes::Via via;
    int dialer, kind;
    TimePoint from, to;
  };
  std::vector<Trouble> troubles;
  const std::vector<probes::Via> vias{kAuthority, kQuad9, kCloudflare, kGoogle};
  for (unsigned i = 0; i < 1 + dice() % 4; ++i) {
    const TimePoint from = kMonday + seconds(dice() % 1500);
    troubles.push_back({vias[dice() % 4], static_cast<int>(dice() % static_cast<unsigned>(dialers + 2)),
                        static_cast<int>(dice() % 5), from, from + seconds(1 + dice() % 600)});
  }
  return TurnsOf(dialers, 30min, [&](DnsSample& sample, int dialer) {
    sample.at += std::chrono::milliseconds(dice() % 1500);
    if (one_in(100)) sample.outcome = probes::DnsOutcome::kTimeout;
    bool again = false;
    for (const Trouble& trouble : troubles) {
      const bool here = trouble.via == sample.via && (trouble.dialer == dialer || trouble.dialer > dialers);
      if (!here || sample.at < trouble.from || sample.at >= trouble.to) continue;
      if (trouble.kind == 0) sample.outcome = probes::DnsOutcome::kTimeout;
      if (trouble.kind == 1) GiveWrong(sample, 7200s);
      if (trouble.kind == 2 && one_in(2)) GiveWrong(sample);
      if (trouble.kind == 3) sample.answers.clear(), sample.rcode = probes::kRcodeNxDomain;
      if (trouble.kind == 4) sample.answers.front().ttl = 4000;
      again = trouble.kind >= 1 && trouble.kind <= 3;
    }
    return again;
  });
}

// Nine resolvers of google's kind, each of which begins to be wrong and is mended at a time of its own within `spread`.
Samples Storm(unsigned seed, unsigned spread, config::Settings& settings) {
  std::minstd_rand dice(seed);
  std::map<std::string, TimePoint> begins;
  for (int i = 1; i <= 9; ++i) {
    const probes::Via via = ViaResolver(fmt::format("g{}", i), fmt::format("8.8.4.{}", i));
    settings.resolvers.push_back({.name = via.name, .operator_name = via.name, .addresses = {via.server}});
    begins[via.name] = kMonday + 5min + seconds(dice() % spread);
  }
  Samples samples;
  for (const probes::Sample& each : TurnsOf(1, 30min, [](DnsSample&, int) { return false; })) {
    samples.push_back(each);
    const auto& google = std::get<DnsSample>(each);
    if (google.via != kGoogle) continue;
    for (const auto& [name, from] : begins) {
      DnsSample sample = google;
      sample.via = ViaResolver(name, "8.8.4." + name.substr(1));
      const bool wrong = sample.at >= from && sample.at < from + 10min;
      if (wrong) GiveWrong(sample, std::chrono::ceil<seconds>(from + 10min - sample.at));
      samples.emplace_back(sample);
      if (wrong) samples.emplace_back(Again(sample));
    }
  }
  return samples;
}

// A move of three dialers at minute 30, as caches see it that fill when their copy has run out. `ttl` of the authority
// by time.
template <typename Ttl>
Samples Migration(const Ttl& ttl) {
  struct Copy {
    std::string answer;
    TimePoint expiry;
  };
  std::map<std::string, Copy> caches;
  return TurnsOf(3, 60min, [&](DnsSample& sample, int dialer) {
    const std::string right = fmt::format("198.51.100.{}", dialer + (sample.at < kMonday + 30min ? 0 : 100));
    Copy copy{right, sample.at + ttl(sample.at)};
    if (sample.via.kind == probes::Via::Kind::kResolver) {
      Copy& cached = caches[sample.via.name + sample.host];
      if (cached.expiry <= sample.at) cached = copy;
      copy = cached;
    }
    const auto left = std::chrono::ceil<seconds>(copy.expiry - sample.at);
    sample.answers = {{sample.host, RecordType::kA, static_cast<std::uint32_t>(left.count()), copy.answer}};
    return copy.answer != right;
  });
}

std::string Told(const Replayed& replayed) {
  Lines lines = replayed.Lines();
  for (const ReplayEvent& event : replayed.events) {
    lines.push_back(event.incident.summary);
    lines.push_back(base::Dump(ToJson(event.incident)));
    if (!event.receiver.empty()) lines.push_back(alerting::RenderPlain(event.message));
  }
  return Joined(lines);
}

}  // namespace

TEST_SUITE("daemon/recording/replayer") {
  TEST_CASE("an incident opens, grows, fires and is resolved at the seconds of the recording's clock") {
    const Replayed replayed = Replay(ReplaySettings(4), WrongAtGoogle(4, 2));
    CHECK(Joined(replayed.Lines()) == Joined({"20:10:06 opened dns-bogus:google:20200831T201006Z 1",
                                              "20:10:12 grown dns-bogus:google:20200831T201006Z 2",
                                              "20:11:06 firing dns-bogus:google:20200831T201006Z 2",
                                              "20:11:06 message dns-bogus:google:20200831T201006Z 2 oncall",
                                              "20:27:11 resolved dns-bogus:google:20200831T201006Z 2",
                                              "20:27:11 message dns-bogus:google:20200831T201006Z 2 oncall"}));
    CHECK(replayed.evaluated);
  }

  TEST_CASE("what is over before it has stood long enough is told to nobody") {
    const auto samples = TurnsOf(3, 20min, [](DnsSample& sample, int dialer) {
      const bool wrong =
          sample.via == kQuad9 && dialer == 1 && sample.at > kMonday + 5min && sample.at < kMonday + 5min + 20s;
      if (wrong) GiveWrong(sample, 20s);
      return wrong;
    });
    const Lines lines = Replay(ReplaySettings(3), samples).Lines();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == "20:10:07 opened dns-bogus:quad9:20200831T201007Z 1");
    CHECK(lines[1].find(" gone ") != std::string::npos);
  }

  TEST_CASE("other settings tell another story of the same samples") {
    config::Settings settings = ReplaySettings(4);
    settings.alerting.wait = 0s;
    settings.alerting.keep_firing_for = 10min;
    settings.receivers.clear();
    const Lines lines = Replay(settings, WrongAtGoogle(4, 2)).Lines();
    REQUIRE(lines.size() == 3);
    CHECK(lines[1] == "20:10:06 firing dns-bogus:google:20200831T201006Z 1");
  }

  // A stretch without news is concluded upon once; that must hide nothing.
  TEST_CASE("stretches give what each second gives, whatever happens") {
    std::size_t events = 0;
    // the later were hard
    const auto seeds = Seeds({1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 26U, 66U, 81U, 98U, 163U, 182U, 271U});
    for (const unsigned seed : seeds) {
      CAPTURE(seed);
      const Samples samples = Chance(seed, 5);
      config::Settings settings = ReplaySettings(5);
      if (seed % 3 == 0) settings.alerting.wait = 0s;
      if (seed % 5 == 0) settings.resolvers.resize(1);
      const Replayed fast = Replay(settings, samples);
      const Replayed exact = Replay(settings, samples, Replayer::Pace::kEachSecond);
      CHECK(Told(fast) == Told(exact));
      events += exact.events.size();
    }
    CHECK(events > 2 * seeds.size());
  }

  TEST_CASE("stretches give what each second gives where an incident flaps, which is told once") {
    std::size_t flapped = 0;
    const auto seeds = Seeds({1U, 2U, 3U, 4U, 5U, 6U});
    for (const unsigned seed : seeds) {
      CAPTURE(seed);
      const Samples samples = Flapping(seed);
      const Replayed fast = Replay(ReplaySettings(3), samples);
      CHECK(Told(fast) == Told(Replay(ReplaySettings(3), samples, Replayer::Pace::kEachSecond)));
      const auto flaps = [](const ReplayEvent& event) { return event.incident.flapping.has_value(); };
      if (std::ranges::none_of(fast.events, flaps)) continue;
      ++flapped;
      const auto last = std::ranges::find_if(fast.events, flaps);
      CHECK(std::count_if(last, fast.events.end(), [](const auto& event) { return !event.receiver.empty(); }) == 2);
      CHECK(fast.events.back().incident.state == IncidentState::kResolved);
    }
    CHECK(flapped >= seeds.size() / 2);
  }

  TEST_CASE("stretches give what each second gives in a storm, which takes few messages to its end") {
    for (const unsigned seed : Seeds({1U, 2U, 3U})) {
      for (const unsigned spread : {1U, 60U, 300U}) {
        CAPTURE(seed);
        CAPTURE(spread);
        config::Settings settings = ReplaySettings(1);
        const Samples samples = Storm(seed, spread, settings);
        const Replayed fast = Replay(settings, samples);
        CHECK(Told(fast) == Told(Replay(settings, samples, Replayer::Pace::kEachSecond)));
        const auto is_message = [](const ReplayEvent& event) { return !event.receiver.empty(); };
        const auto messages = std::ranges::count_if(fast.events, is_message);
        if (spread == 1) CHECK(messages == 2);
        if (spread == 60) CHECK(messages < 18);
        CHECK(fast.events.back().message.occasion == alerting::Occasion::kResolved);
      }
    }
  }

  TEST_CASE("the order of samples of one moment changes nothing") {
    std::minstd_rand dice(7);
    for (const unsigned seed : Seeds({1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U})) {
      CAPTURE(seed);
      Samples samples = Chance(seed, 5);
      for (probes::Sample& sample : samples) {
        auto& at = std::get<DnsSample>(sample).at;
        at = std::chrono::floor<seconds>(at);
      }
      const auto earlier = [](const probes::Sample& a, const probes::Sample& b) {
        return std::get<DnsSample>(a).at < std::get<DnsSample>(b).at;
      };
      std::stable_sort(samples.begin(), samples.end(), earlier);
      const std::string told = Told(Replay(ReplaySettings(5), samples));
      for (int turn = 0; turn < 4; ++turn) {
        std::shuffle(samples.begin(), samples.end(), dice);
        std::stable_sort(samples.begin(), samples.end(), earlier);
        CHECK(Told(Replay(ReplaySettings(5), samples)) == told);
      }
    }
  }

  TEST_CASE("a planned move within the TTL alerts nobody, whether or not that was lowered first") {
    const Samples lowered =
        Migration([](TimePoint at) -> seconds { return at < kMonday + 20min ? seconds(300) : seconds(60); });
    CHECK(Joined(Replay(ReplaySettings(3), lowered).Lines()) == "");
    const Samples as_ever = Migration([](TimePoint) { return seconds(300); });
    CHECK(Joined(Replay(ReplaySettings(3), as_ever).Lines()) == "");
  }

  TEST_CASE("a move with a day's TTL that is lowered too late is told, with its cause and its end") {
    const Samples samples =
        Migration([](TimePoint at) -> seconds { return at < kMonday + 29min ? seconds(86'400) : seconds(60); });
    const Replayed replayed = Replay(ReplaySettings(3), samples);
    std::map<std::string, std::optional<TimePoint>> told;  // by cause
    for (const ReplayEvent& event : replayed.events) {
      if (!event.receiver.empty() && event.message.occasion == alerting::Occasion::kFiring) {
        told[event.incident.cause] = event.incident.eta;
      }
    }
    CHECK(told.contains("ttl-policy"));
    REQUIRE(told.contains("dns-stale"));
    CHECK(told["dns-stale"] > kMonday + 23h);
  }

  TEST_CASE("while nothing is recorded nothing is resolved, and the time after it takes up from there") {
    Samples samples = WrongAtGoogle(4, 2, 10min);
    for (probes::Sample sample : Samples(samples)) {
      auto& dns = std::get<DnsSample>(sample);
      dns.at += 3h;
      dns.answers = {{dns.host, RecordType::kA, 300, "198.51.100." + dns.host.substr(1, 1)}};
      samples.push_back(sample);
    }
    const Lines lines = Replay(ReplaySettings(4), samples).Lines();
    CHECK(Joined(lines) == Joined({"20:10:06 opened dns-bogus:google:20200831T201006Z 1",
                                   "20:10:12 grown dns-bogus:google:20200831T201006Z 2",
                                   "20:11:06 firing dns-bogus:google:20200831T201006Z 2",
                                   "20:11:06 message dns-bogus:google:20200831T201006Z 2 oncall",
                                   "23:06:42 resolved dns-bogus:google:20200831T201006Z 2",
                                   "23:06:42 message dns-bogus:google:20200831T201006Z 2 oncall"}));
  }

  TEST_CASE("a clock that is set back goes on from there") {
    Samples samples = WrongAtGoogle(4, 2, 10min);
    for (probes::Sample sample : WrongAtGoogle(4, 2, 30min)) {
      std::get<DnsSample>(sample).at -= 1h;
      samples.push_back(sample);
    }
    const Replayed replayed = Replay(ReplaySettings(4), samples);
    REQUIRE(replayed.last);
    CHECK(replayed.last->at == kMonday - 1h + 29min + 54s);
  }

  TEST_CASE("after a reload the new settings count") {
    std::vector<ReplayEvent> events;
    Replayer replayer(std::make_shared<config::Settings>(ReplaySettings(4)),
                      [&](const ReplayEvent& event) { events.push_back(event); });
    const Samples samples = WrongAtGoogle(4, 2);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (i == samples.size() / 3) {
        replayer.Apply(std::make_shared<config::Settings>(ReplaySettings(0)), false);  // all dialers are gone
      }
      replayer.Add(samples[i]);
    }
    REQUIRE(replayer.Finish());
    REQUIRE(events.size() == 6);
    CHECK(events[4].kind == ReplayEvent::Kind::kResolved);
    CHECK(events[4].at < kMonday + 13min);
  }

  TEST_CASE("late samples, and ever so many at one moment, are all taken") {
    Samples samples = TurnsOf(1, 1min, [](DnsSample&, int) { return false; });
    const Samples more(210'000, samples.back());
    samples.insert(samples.end(), more.begin(), more.end());
    samples.push_back(samples.front());
    CHECK(Replay(ReplaySettings(1), samples).Lines().empty());
  }

  TEST_CASE("nothing to hold samples against is not called clean") {
    CHECK_FALSE(Replay(ReplaySettings(1), {}).evaluated);
    CHECK_FALSE(Replay(ReplaySettings(0), WrongAtGoogle(2, 1, 5min)).evaluated);
  }
}

}  // namespace dialwatch::daemon
