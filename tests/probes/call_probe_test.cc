#include "probes/call_probe.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/probes/call/fake_dialer.h"
#include "tests/probes/dns/fake_server.h"
#include "tests/temporary_folder.h"

using namespace std::chrono_literals;

namespace dialwatch::probes {
namespace {

using Methods = std::vector<std::string>;

constexpr const char* kHost = "d1.example.com";

// A dialer as d1 at 127.0.0.1, and nobody at 127.0.0.2.
struct Bed {
  testing::TemporaryFolder folder;
  EventLoop loop;
  test::FakeDialer dialer{loop, [this](const SipArrival& request) { return Answer(request); }};
  std::shared_ptr<config::Settings> settings = std::make_shared<config::Settings>();
  std::vector<EchoCallSample> samples;
  AnswerBook answers{{kHost}};
  Switchboard board;
  config::Call call;
  bool asks_password = false;
  std::function<void(const SipArrival&)> on_request = [](const SipArrival&) {};
  std::optional<Asker> asker;
  std::optional<CallProbe> probe;

  Bed() {
    settings->source = folder / "dialwatch.toml";
    call = {.dialer = "d1", .target = {.host = kHost, .port = dialer.endpoint().port}, .extension = "9196"};
  }

  std::vector<std::string> Answer(const SipArrival& request) {
    on_request(request);
    if (request.message.method == "INVITE" && asks_password && !request.message.Find("Authorization")) {
      const SipHeader challenge{"WWW-Authenticate", "Digest realm=\"asterisk\", nonce=\"n\""};
      return {test::Write(request, {.status = 401, .headers = {challenge}})};
    }
    // without audio: the call is over as soon as it is answered
    if (request.message.method == "INVITE") return {test::Write(request, {.status = 486})};
    return {test::Write(request, {})};
  }

  void Learn(const std::string& resolver, const std::string& address) {
    DnsSample sample;
    sample.host = kHost;
    sample.via = {Via::Kind::kResolver, resolver, *Endpoint::Parse("9.9.9.9", 53)};
    if (resolver == "authority") sample.via.kind = Via::Kind::kAuthority;
    sample.at = base::WallClockNow();
    sample.outcome = DnsOutcome::kAnswered;
    sample.answers.push_back({kHost, RecordType::kA, 300, address});
    answers.Learn(sample);
  }

  void Start() {
    if (probe) return;
    asker.emplace(loop, settings, [this](const Sample& sample) {
      if (const auto* seen = std::get_if<EchoCallSample>(&sample)) samples.push_back(*seen);
    });
    probe.emplace(*asker, answers, board, call);
  }

  void Turn() {
    Start();
    samples.clear();
    bool done = false;
    probe->Start(Until(&done));
    REQUIRE(RunUntil(
        loop, [&] { return done; }, 30s));
  }

  static std::shared_ptr<const void> Until(bool* done) {
    return {static_cast<const void*>(done), [done](const void*) { *done = true; }};
  }
};

}  // namespace

TEST_SUITE("probes/call_probe") {
  TEST_CASE("each address is called, the authority's first, one after the other; once more where that failed") {
    Bed bed;
    bed.Learn("google", "127.0.0.2");
    bed.Learn("authority", "127.0.0.1");
    bed.Learn("quad9", "127.0.0.1");
    bed.on_request = [&](const SipArrival&) { CHECK_FALSE(bed.board.Take("d1", Switchboard::Time::max())); };
    bed.Turn();
    REQUIRE(bed.samples.size() == 4);
    const CallSample& first = bed.samples[0].call;
    CHECK(first.subject.address == bed.dialer.endpoint());
    CHECK(first.subject.by_authority);
    CHECK(first.subject.resolved_via == std::vector<std::string>{"quad9"});
    CHECK(first.subject.host == kHost);
    CHECK(first.subject.extension == "9196");
    CHECK(first.result.status == 486);
    CHECK(first.round == 1);
    const CallSample& second = bed.samples[1].call;
    CHECK(second.subject.address.ToString() == fmt::format("127.0.0.2:{}", bed.dialer.endpoint().port));
    CHECK(second.result.outcome == SipOutcome::kUnreachable);
    CHECK(second.round == 1);
    CHECK(second.at > first.at);
    CHECK(bed.board.Take("d1", Switchboard::Time::max()));
    CHECK(bed.dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK", "OPTIONS", "INVITE", "ACK"});
    CHECK(bed.samples[2].call.subject.address == first.subject.address);
    CHECK(bed.samples[3].call.subject.address == second.subject.address);
    CHECK(bed.samples[3].call.round == 1);
  }

  TEST_CASE("four addresses at most, as many as fit into the interval") {
    Bed bed;
    for (const char* address : {"127.0.0.2", "127.0.0.3"}) bed.Learn("google", address);
    for (const char* each : {"127.0.0.4", "127.0.0.5", "127.0.0.6"}) bed.Learn(std::string("r") + each, each);
    bed.Turn();
    CHECK(bed.samples.size() == 8);
    bed.probe.reset();
    bed.call.interval = 0s;
    bed.Turn();
    CHECK(bed.samples.empty());
  }

  TEST_CASE("an address is called as it is; where no name leads anywhere nobody is called") {
    Bed bed;
    bed.Turn();
    CHECK(bed.samples.empty());
    bed.probe.reset();
    bed.call.target.host = "127.0.0.1";
    bed.Turn();
    REQUIRE(bed.samples.size() == 2);
    CHECK(bed.samples[0].call.subject.resolved_via.empty());
    CHECK_FALSE(bed.samples[0].call.subject.by_authority);
    CHECK(bed.samples[0].call.result.status == 486);
  }

  TEST_CASE("while somebody else of us calls this dialer, and while the lines are closed, the turn is left out") {
    Bed bed;
    bed.call.target.host = "127.0.0.1";
    {
      const auto taken = bed.board.Take("d1", Switchboard::Time::max());
      bed.Turn();
      CHECK(bed.samples.empty());
    }
    bed.Turn();
    CHECK(bed.samples.size() == 2);
    CHECK_FALSE(Switchboard(Switchboard::Time(100s)).Take("d1", Switchboard::Time(99s)));
    CHECK(Switchboard(Switchboard::Time(100s)).Take("d1", Switchboard::Time(100s)));
  }

  TEST_CASE("the password is read at each turn; where it cannot be read nothing is sent") {
    Bed bed;
    bed.call.target.host = "127.0.0.1";
    bed.call.username = "dialwatch";
    bed.call.password_file = "password";
    bed.Turn();
    REQUIRE(bed.samples.size() == 1);
    CHECK(bed.samples[0].call.result.outcome == SipOutcome::kNoPassword);
    CHECK(bed.samples[0].call.result.why.starts_with(bed.folder / "password: "));
    CHECK(bed.samples[0].call.subject.dialer == "d1");
    CHECK(bed.dialer.methods().empty());
    bed.folder.Write("password", "secret\n");
    bed.Turn();
    REQUIRE(bed.samples.size() == 2);
    CHECK(bed.samples[0].call.result.status == 486);
    CHECK(bed.samples[0].call.round == 2);
  }

  TEST_CASE("where the authority says where the dialer is, who answers elsewhere is not told the password") {
    for (const std::string by : {"google", "authority"}) {
      for (const std::string other : {"quad9", "authority"}) {
        CAPTURE(by);
        CAPTURE(other);
        Bed bed;
        bed.folder.Write("password", "secret\n");
        bed.call.username = "dialwatch";
        bed.call.password_file = "password";
        bed.asks_password = true;
        bed.Learn(other, "127.0.0.2");
        bed.Learn(by, "127.0.0.1");
        bed.Turn();
        const bool stranger = by == "google" && other == "authority";
        for (const EchoCallSample& sample : bed.samples) {
          if (sample.call.subject.address != bed.dialer.endpoint()) continue;
          CHECK(sample.call.result.status == (stranger ? 401 : 486));
          CHECK((sample.call.result.outcome == SipOutcome::kUnauthorized) == stranger);
        }
        const Methods twice{"OPTIONS", "INVITE", "ACK", "INVITE", "ACK", "OPTIONS", "INVITE", "ACK", "INVITE", "ACK"};
        CHECK(bed.dialer.methods() == (stranger ? Methods{"OPTIONS", "INVITE", "ACK"} : twice));
      }
    }
  }

  TEST_CASE("hung up, it ends the call at once, tells nothing, and calls nobody any more") {
    Bed bed;
    bed.Learn("authority", "127.0.0.1");
    bed.Learn("google", "127.0.0.2");
    bool turn_done = false, ended = false;
    bed.on_request = [&](const SipArrival& request) {
      if (request.message.method == "INVITE") bed.probe->HangUp(Bed::Until(&ended));
    };
    bed.Start();
    bed.probe->Start(Bed::Until(&turn_done));
    // far sooner than copies of the answer would be listened for
    REQUIRE(RunUntil(
        bed.loop, [&] { return ended && turn_done; }, 2s));
    CHECK(bed.samples.empty());
    CHECK(bed.dialer.methods() == Methods{"OPTIONS", "INVITE", "ACK"});
    CHECK(bed.board.Take("d1", Switchboard::Time::max()));
    CHECK_FALSE(bed.board.left());
    bed.Turn();
    CHECK(bed.samples.empty());
  }

  TEST_CASE("a call that is left is known to be") {
    Bed bed;
    bed.call.target.host = "127.0.0.1";
    bool invited = false, done = false;
    bed.on_request = [&](const SipArrival& request) { invited |= request.message.method == "INVITE"; };
    bed.Start();
    bed.probe->Start(Bed::Until(&done));
    REQUIRE(RunUntil(bed.loop, [&] { return invited; }));
    bed.probe.reset();
    CHECK(bed.board.left());
  }
}

}  // namespace dialwatch::probes
