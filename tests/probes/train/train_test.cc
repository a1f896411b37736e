#include <doctest/doctest.h>
#include <sys/socket.h>

#include <cmath>
#include <set>
#include <vector>

#include "probes/train/run_train.h"
#include "tests/probes/train/impairment.h"

namespace dialwatch::probes {

using base::Endpoint;
using base::IpAddress;
using test::Account;
using test::FarEnd;
using test::Fate;
using test::Impair;
using test::Impairment;
using test::Lose;
using test::Pass;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kFirstCounted = RtpStream::kWarmUp;

TrainPlan PlanTo(const Endpoint& address) {
  TrainPlan plan;
  plan.subject = {"d1", "d1.example.com", {"quad9"}, false, address};
  plan.round = 7;
  plan.keys = std::make_shared<TrainKeys>(test::TestKeys());
  plan.spacing = 5ms;
  plan.patience = 200ms;
  return plan;
}

// Runs trains side by side to their ends, and fails rather than hangs.
std::vector<TrainSample> Run(const std::vector<TrainPlan>& plans) {
  EventLoop loop;
  Pacer pacer(loop);
  std::vector<TrainSample> samples;
  Timer watchdog(loop);
  watchdog.Start(20s, [&] { loop.Stop(); });
  for (const TrainPlan& plan : plans) {
    RunTrain(loop, pacer, plan, [&](const TrainSample& sample) {
      samples.push_back(sample);
      if (samples.size() == plans.size()) loop.Stop();
    });
  }
  CHECK(samples.empty());
  CHECK(pacer.size() == plans.size());
  loop.Run();
  REQUIRE(samples.size() == plans.size());
  CHECK(pacer.size() == 0);
  return samples;
}

TrainSample Run(const TrainPlan& plan) {
  return Run(std::vector{plan}).front();
}

TrainSample RunThrough(Impairment& impairment) {
  return Run(PlanTo(impairment.endpoint()));
}

Impair LoseThese(std::set<std::uint32_t> numbers) {
  return [numbers = std::move(numbers)](std::uint32_t number) { return numbers.contains(number) ? Fate{} : Fate{0ms}; };
}

Impair LoseCounted() {
  return
      [](std::uint32_t number) { return number >= kFirstCounted && number < kFirstCounted + 50 ? Fate{} : Fate{0ms}; };
}

// RFC 3550 §6.4.1 again, in another hand: what the impairment itself did to the counted packets.
double JitterOf(const Account& account) {
  double jitter = 0;
  const Passage* before = nullptr;
  for (std::size_t i = 0; i < account.passages.size(); ++i) {
    if (account.order[i] < kFirstCounted) continue;
    const Passage* now = &account.passages[i];
    if (before != nullptr) {
      const auto transit_now = now->arrived - now->sent;
      const auto transit_before = before->arrived - before->sent;
      const double d = std::fabs(std::chrono::duration<double, std::milli>(transit_now - transit_before).count());
      jitter = jitter + (d - jitter) / 16.0;
    }
    before = now;
  }
  return jitter;
}

double Milliseconds(std::optional<std::chrono::microseconds> time) {
  REQUIRE(time);
  return std::chrono::duration<double, std::milli>(*time).count();
}

}  // namespace

TEST_SUITE("probes/train/train") {
  TEST_CASE("all that is sent comes back, and says from whom") {
    FarEnd far_end;
    const TrainSample sample = Run(PlanTo(far_end.endpoint()));
    CHECK(sample.outcome == RtpOutcome::kOk);
    CHECK(sample.error == "");
    CHECK(sample.subject.dialer == "d1");
    CHECK(sample.subject.address == far_end.endpoint());
    CHECK(sample.codec == "pcmu");
    CHECK(sample.round == 7);
    CHECK(sample.echoed_by == "d1");
    CHECK(sample.local.address.ToString() == "127.0.0.1");
    CHECK(sample.local.port != 0);
    CHECK(base::WallClockNow() - sample.at < 10s);
    CHECK(sample.measures.round.sent == 50);
    CHECK(sample.measures.round.lost == 0);
    CHECK(sample.measures.up->lost == 0);
    CHECK(sample.measures.down->lost == 0);
    CHECK(sample.measures.duplicates == 0);
    CHECK(sample.measures.reordered == 0);
    REQUIRE(sample.measures.rtt);
    CHECK(sample.measures.rtt->min < 50ms);
    REQUIRE(sample.quality);
    CHECK(sample.quality->mos > 4.2);
    CHECK(far_end.counters().echoed == 54);  // and nobody was asked how many came, since all did
  }

  TEST_CASE("IPv6 is no different") {
    FarEnd far_end(*IpAddress::Parse("::1"));
    const TrainSample sample = Run(PlanTo(far_end.endpoint()));
    CHECK(sample.outcome == RtpOutcome::kOk);
    CHECK(sample.local.address.ToString() == "::1");
    CHECK(sample.measures.round.lost == 0);
  }

  TEST_CASE("each loss is counted in its direction, to the packet") {
    FarEnd far_end;
    // one of the warm-up, which does not count, and the very last ones in both directions
    Impairment impairment(far_end.endpoint(), LoseThese({1, 10, 11, 12, 53}), LoseThese({2, 20, 52}));
    const TrainSample sample = RunThrough(impairment);
    CHECK(impairment.up().lost == 5);
    CHECK(impairment.down().lost == 3);
    CHECK(sample.measures.up->sent == 50);
    CHECK(sample.measures.up->lost == 4);
    CHECK(sample.measures.down->sent == 46);
    CHECK(sample.measures.down->lost == 2);
    CHECK(sample.measures.round.lost == 6);
    CHECK(sample.measures.burst_ratio == doctest::Approx(2 * 0.88));  // 10-12, 20, 52-53: mean 2
    CHECK(sample.outcome == RtpOutcome::kDegraded);
  }

  TEST_CASE("random loss in both directions agrees with the impairment's own count") {
    FarEnd far_end;
    const auto some = [](std::uint32_t factor) -> Impair {
      return [factor](std::uint32_t number) { return number * factor % 17 < 4 ? Fate{} : Fate{0ms}; };
    };
    Impairment impairment(far_end.endpoint(), some(7), some(11));
    const TrainSample sample = RunThrough(impairment);
    std::set<std::uint32_t> up, down;
    for (const std::uint32_t number : impairment.up().order) {
      if (number >= kFirstCounted && number < kFirstCounted + 50) up.insert(number);
    }
    for (const std::uint32_t number : impairment.down().order) {
      if (number >= kFirstCounted && number < kFirstCounted + 50) down.insert(number);
    }
    CHECK(sample.measures.up->lost == 50 - up.size());
    CHECK(sample.measures.down->lost == up.size() - down.size());
    CHECK(sample.measures.round.lost == 50 - down.size());
  }

  TEST_CASE("5 % loss at 50 ms from mouth to ear is R 76.2, MOS 3.87") {
    FarEnd far_end;
    const Impair slow = [](std::uint32_t) { return Fate{10ms}; };
    const Impair lossy = [](std::uint32_t number) { return number >= 4 && number % 20 == 4 ? Fate{} : Fate{10ms}; };
    Impairment impairment(far_end.endpoint(), lossy, slow);
    TrainPlan plan = PlanTo(impairment.endpoint());
    plan.packets = 100;
    plan.spacing = 20ms;  // 10 ms of network, 20 of packet, 20 of jitter buffer
    const TrainSample sample = Run(plan);
    CHECK(sample.measures.up->lost == 5);
    CHECK(sample.measures.up->sent == 100);
    REQUIRE(sample.quality);
    CHECK(sample.quality->rating == doctest::Approx(76.2).epsilon(0.003));
    CHECK(sample.quality->mos == doctest::Approx(3.87).epsilon(0.003));
  }

  TEST_CASE("delay is measured there and back, without the warm-up") {
    FarEnd far_end;
    const Impair slow = [](std::uint32_t number) { return Fate{number < kFirstCounted ? 90ms : 30ms}; };
    Impairment impairment(far_end.endpoint(), slow, slow);
    const TrainSample sample = RunThrough(impairment);
    REQUIRE(sample.measures.rtt);
    CHECK(sample.measures.rtt->min >= 60ms);
    CHECK(sample.measures.rtt->p50 < 80ms);
    CHECK(sample.measures.rtt->min <= sample.measures.rtt->p50);
    CHECK(sample.measures.rtt->p50 <= sample.measures.rtt->p95);
    CHECK(sample.outcome == RtpOutcome::kOk);
  }

  TEST_CASE("jitter is measured within 10 % in each direction, and in no other") {
    FarEnd far_end;
    const Impair shaky = [](std::uint32_t number) { return Fate{number % 2 == 0 ? 0ms : 16ms}; };
    const Impair shakier = [](std::uint32_t number) { return Fate{5ms * (number % 7)}; };
    Impairment impairment(far_end.endpoint(), shaky, shakier);
    TrainPlan plan = PlanTo(impairment.endpoint());
    plan.spacing = 20ms;
    const TrainSample sample = Run(plan);
    const double up = JitterOf(impairment.up()), down = JitterOf(impairment.down());
    CHECK(up > 12);
    CHECK(Milliseconds(sample.measures.up->jitter) == doctest::Approx(up).epsilon(0.1));
    CHECK(Milliseconds(sample.measures.down->jitter) == doctest::Approx(down).epsilon(0.1));
    CHECK(sample.measures.round.lost == 0);
  }

  TEST_CASE("reordered packets and copies are counted, and are not lost") {
    FarEnd far_end;
    const Impair up = [](std::uint32_t number) { return number == 20 ? Fate{23ms} : Fate{0ms}; };
    const Impair down = [](std::uint32_t number) {
      if (number == 30) return Fate{0ms, 1ms, 2ms};
      return number == 53 ? Fate{0ms, 50ms} : Fate{0ms};
    };
    Impairment impairment(far_end.endpoint(), up, down);
    const TrainSample sample = RunThrough(impairment);
    CHECK(impairment.down().copies == 3);
    CHECK(sample.measures.duplicates == 3);
    CHECK(sample.measures.reordered == 1);
    CHECK(sample.measures.round.lost == 0);
  }

  TEST_CASE("a copy on the way up is not echoed") {
    FarEnd far_end;
    Impairment impairment(
        far_end.endpoint(),
        [](std::uint32_t) {
          return Fate{0ms, 1ms};
        },
        Pass);
    const TrainSample sample = RunThrough(impairment);
    CHECK(sample.measures.duplicates == 0);
    CHECK(sample.measures.up->lost == 0);
    CHECK(far_end.counters().Of(reflector::Drop::kReplayed) == 54);
  }

  TEST_CASE("a direction that closes after the first packets is named") {
    FarEnd far_end;
    Impairment deaf(far_end.endpoint(), LoseCounted(), Pass);
    CHECK(RunThrough(deaf).outcome == RtpOutcome::kOneWayDown);
    Impairment mute(far_end.endpoint(), Pass, LoseCounted());
    const TrainSample sample = RunThrough(mute);
    CHECK(sample.outcome == RtpOutcome::kOneWayUp);
    CHECK(sample.echoed_by == "d1");
    CHECK(sample.measures.up->lost == 0);
    CHECK(sample.measures.down->lost == 50);
    CHECK_FALSE(sample.quality);
  }

  TEST_CASE("when nothing returns it is a blackhole, whichever way is closed") {
    FarEnd far_end;
    Impairment up(far_end.endpoint(), Lose, Pass), down(far_end.endpoint(), Pass, Lose);
    for (const TrainSample& sample : Run({PlanTo(up.endpoint()), PlanTo(down.endpoint())})) {
      CHECK(sample.outcome == RtpOutcome::kBlackhole);
      CHECK(sample.echoed_by == "");
      CHECK_FALSE(sample.measures.up);
      CHECK(sample.measures.round.lost == 50);
    }
    CHECK(down.up().seen == 57);  // the train and three questions
  }

  TEST_CASE("a closed port refuses") {
    Endpoint closed;
    {
      FarEnd far_end;
      closed = far_end.endpoint();
    }
    const TrainSample sample = Run(PlanTo(closed));
    CHECK(sample.outcome == RtpOutcome::kRefused);
    CHECK(sample.error == "Connection refused");
    CHECK(sample.measures.round.sent == 50);
  }

  TEST_CASE("what our own machine cannot send is our own failure") {
    FarEnd far_end;
    TrainPlan plan = PlanTo(far_end.endpoint());
    plan.bind = IpAddress::Parse("192.0.2.1").operator*();
    const TrainSample sample = Run(plan);
    CHECK(sample.outcome == RtpOutcome::kSendFailed);
    CHECK(sample.error == "cannot send from 192.0.2.1: Cannot assign requested address");
    CHECK(sample.measures.round.sent == 0);
    plan.bind = IpAddress::Parse("::1").operator*();  // of the other family: does not count
    CHECK(Run(plan).outcome == RtpOutcome::kOk);
  }

  TEST_CASE("a train that cannot be sent is over when those are that began with it") {
    FarEnd far_end;
    const auto samples = Run({PlanTo({*IpAddress::Parse("224.0.0.1"), 9000}), PlanTo(far_end.endpoint())});
    CHECK(samples[0].at - samples[1].at < 100ms);
    CHECK(samples[1].at - samples[0].at < 100ms);
  }

  TEST_CASE("nothing is sent to all hosts around us") {
    const TrainSample sample = Run(PlanTo({*IpAddress::Parse("224.0.0.1"), 9000}));
    CHECK(sample.outcome == RtpOutcome::kSendFailed);
    CHECK(sample.error == "cannot send to 224.0.0.1: it is a multicast address");
  }

  TEST_CASE("another key is a blackhole, the newer of two is not") {
    FarEnd far_end;
    TrainPlan stranger = PlanTo(far_end.endpoint()), newer = stranger;
    TrainKeys wrong, second;
    wrong.emplace_back(std::uint8_t{7}, std::vector<std::uint8_t>(32, 9));
    stranger.keys = std::make_shared<TrainKeys>(std::move(wrong));
    CHECK(Run(stranger).outcome == RtpOutcome::kBlackhole);
    CHECK(far_end.counters().Of(reflector::Drop::kForged) == 57);
    second.emplace_back(std::uint8_t{8}, std::vector<std::uint8_t>(32, 8));
    newer.keys = std::make_shared<TrainKeys>(std::move(second));
    CHECK(Run(newer).outcome == RtpOutcome::kOk);
  }

  TEST_CASE("our own packets sent back as they are, as by a plain echo, are no replies") {
    const base::UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage own{};
    socklen_t size = Endpoint{*IpAddress::Parse("127.0.0.1"), 0}.ToSockaddr(&own);
    REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), size) == 0);
    REQUIRE(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size) == 0);
    const timeval patience{0, 5000};
    REQUIRE(setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    const test::Looper mirror([&] {
      std::uint8_t octets[2048];
      sockaddr_storage peer{};
      socklen_t length = sizeof peer;
      const auto got = recvfrom(fd.get(), octets, sizeof octets, 0, reinterpret_cast<sockaddr*>(&peer), &length);
      if (got < 0) return;
      sendto(fd.get(), octets, static_cast<std::size_t>(got), 0, reinterpret_cast<const sockaddr*>(&peer), length);
    });
    const Endpoint endpoint = Endpoint::FromSockaddr(reinterpret_cast<const sockaddr*>(&own));
    CHECK(Run(PlanTo(endpoint)).outcome == RtpOutcome::kBlackhole);
  }

  TEST_CASE("many trains run side by side, each with its own result") {
    FarEnd good, other(*IpAddress::Parse("127.0.0.2"), "d2");
    std::vector<TrainPlan> plans;
    for (int i = 0; i < 20; ++i) plans.push_back(PlanTo(i % 2 == 0 ? good.endpoint() : other.endpoint()));
    for (TrainPlan& plan : plans) plan.spacing = 20ms;  // 500 packets a second to each
    int of_good = 0;
    for (const TrainSample& sample : Run(plans)) {
      CHECK(sample.measures.round.lost == 0);
      CHECK(sample.echoed_by == (sample.subject.address == good.endpoint() ? "d1" : "d2"));
      of_good += sample.echoed_by == "d1" ? 1 : 0;
    }
    CHECK(of_good == 10);
  }

  TEST_CASE("a loop that is held up sends late, not in a burst, and measures no jitter of its own making") {
    FarEnd far_end;
    // a reply is always on its way, and so waits for a loop that is held up
    Impairment impairment(far_end.endpoint(), Pass, [](std::uint32_t) { return Fate{10ms}; });
    EventLoop loop;
    Pacer pacer(loop);
    std::optional<TrainSample> sample;
    TrainPlan plan = PlanTo(impairment.endpoint());
    plan.spacing = 20ms;
    RunTrain(loop, pacer, plan, [&](const TrainSample& done) {
      sample = done;
      loop.Stop();
    });
    Timer holdup(loop), watchdog(loop);
    holdup.Start(802ms, [] { std::this_thread::sleep_for(118ms); });  // two milliseconds after a packet
    watchdog.Start(20s, [&] { loop.Stop(); });
    loop.Run();
    REQUIRE(sample);
    CHECK(sample->worst_send_delay >= 80ms);
    CHECK(sample->measures.round.lost == 0);
    CHECK(Milliseconds(sample->measures.round.jitter) < 2);
    int bursts = 0;
    const auto passages = impairment.up().passages;
    for (std::size_t i = 1; i < passages.size(); ++i) bursts += passages[i].sent - passages[i - 1].sent < 3ms ? 1 : 0;
    CHECK(bursts < 3);
  }

  TEST_CASE("trains may be dropped while they run") {
    FarEnd far_end;
    EventLoop loop;
    bool done = false;
    {
      Pacer pacer(loop);
      RunTrain(loop, pacer, PlanTo(far_end.endpoint()), [&](const TrainSample&) { done = true; });
      Timer timer(loop);
      timer.Start(50ms, [&] { loop.Stop(); });
      loop.Run();
    }
    CHECK_FALSE(done);
  }
}

}  // namespace dialwatch::probes
