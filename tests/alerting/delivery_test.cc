#include "alerting/delivery.h"

#include <doctest/doctest.h>

#include "base/json.h"
#include "tests/alerting/fixtures.h"
#include "tests/alerting/webhook_server.h"

namespace dialwatch::alerting {
namespace {

using namespace std::chrono_literals;

// A delivery whose clock stands still but for Pass, while requests run in real time.
struct Bench {
  TemporaryFolder folder;
  CapturedStderr log;
  Ledger ledger{""};
  Delivery delivery{ledger, 400ms};
  TimePoint now = At(0);

  explicit Bench(const std::vector<std::string>& receivers = {"oncall"}) { Configure(receivers); }

  void Configure(const std::vector<std::string>& receivers) {
    delivery.SetReceivers(SettingsWith(receivers, folder.path()).receivers, {"", folder.path()});
  }

  void Enqueue(const std::string& incident, std::int64_t sequence = 1, const std::string& receiver = "oncall") {
    Change change;
    change.record.incident = Renamed(BogusAtGoogle(), incident);
    change.messages = {{.receiver = receiver,
                        .incident = incident,
                        .sequence = sequence,
                        .payload = R"({"text":"short","blocks":[]})",
                        .created = now,
                        .due = now}};
    ledger.Commit({change});
  }

  // Works until nothing is in flight or due at `now`, which stays as it is.
  void Work() {
    for (const auto deadline = std::chrono::steady_clock::now() + 10s; std::chrono::steady_clock::now() < deadline;) {
      delivery.Work(now, 20ms);
      if (delivery.idle(now)) return;
    }
    FAIL("never idle");
  }
  void Pass(Duration time) { now += time; }

  ReceiverStats Stats(const std::string& receiver = "oncall") { return delivery.Stats().at(receiver); }
  const OutboxRow& Waiting() {
    REQUIRE_FALSE(ledger.outbox().queues().empty());
    return ledger.outbox().queues().begin()->second.rows.front();
  }
};

}  // namespace

TEST_SUITE("alerting/delivery") {
  TEST_CASE("a message is delivered once, and is gone then") {
    Bench bench;
    WebhookServer server;
    bench.folder.Write("oncall.url", server.Url() + "\n");
    bench.Enqueue("i1");
    CHECK(bench.Stats().queued == 1);
    CHECK(bench.Stats().oldest_pending == At(0));
    bench.Work();
    bench.Pass(1h);
    bench.Work();
    CHECK(server.requests().size() == 1);
    CHECK(server.requests()[0].body == R"({"text":"short","blocks":[]})");
    CHECK(bench.Stats().delivered == 1);
    CHECK(bench.Stats().queued == 0);
    CHECK_FALSE(bench.Stats().oldest_pending);
  }

  TEST_CASE("two messages to one receiver are a second apart") {
    Bench bench;
    WebhookServer server;
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1");
    bench.Enqueue("i2");
    bench.Work();
    CHECK(server.requests().size() == 1);
    bench.Pass(1s);
    bench.Work();
    CHECK(server.requests().size() == 2);
  }

  TEST_CASE("an error of the server is tried again, later each time, until it is taken") {
    Bench bench;
    WebhookServer server;
    server.Script({{.status = 500}, {.status = 503}});
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1");
    bench.Work();
    CHECK(bench.Waiting().attempts == 1);
    CHECK(bench.Waiting().due >= At(0) + 500ms);
    CHECK(bench.Waiting().due <= At(0) + 1s + 400ms);
    bench.Pass(2s);
    bench.Work();
    CHECK(bench.Waiting().attempts == 2);
    CHECK(bench.Waiting().due >= At(2) + 1s);
    bench.Pass(4s);
    bench.Work();
    CHECK(server.requests().size() == 3);
    CHECK(bench.Stats().delivered == 1);
    CHECK(bench.Stats().failed == std::map<std::string, std::uint64_t>{{"server", 2}});
    CHECK(CountOf(bench.log.text(), "HTTP 500") == 1);
    CHECK(CountOf(bench.log.text(), "HTTP 503") == 0);
    CHECK(CountOf(bench.log.text(), "takes messages again") == 1);
  }

  TEST_CASE("Retry-After holds for all messages to that receiver") {
    Bench bench;
    WebhookServer server;
    server.Script({{.status = 429, .headers = "Retry-After: 30\r\n"}});
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1");
    bench.Work();
    bench.Enqueue("i2");
    bench.Pass(29s);
    bench.Work();
    CHECK(server.requests().size() == 1);
    bench.Pass(3s);
    bench.Work();
    bench.Pass(1s);
    bench.Work();
    CHECK(server.requests().size() == 3);
    CHECK(bench.Stats().failed.at("rate_limited") == 1);
  }

  TEST_CASE("a Retry-After of a year counts as an hour") {
    Bench bench;
    WebhookServer server;
    server.Script({{.status = 503, .headers = "Retry-After: 31536000\r\n"}});
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1");
    bench.Work();
    CHECK(bench.Waiting().due >= At(3600));
    CHECK(bench.Waiting().due <= At(3601));
    bench.Pass(1h + 1s);
    bench.Work();
    CHECK(bench.Stats().delivered == 1);
  }

  TEST_CASE("a webhook that is gone is not asked twice, and the log does not say where it was") {
    Bench bench;
    WebhookServer server;
    server.Script({{.status = 404}});
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1");
    bench.Work();
    bench.Pass(1h);
    bench.Work();
    CHECK(server.requests().size() == 1);
    CHECK(bench.Stats().failed == std::map<std::string, std::uint64_t>{{"rejected", 1}});
    CHECK(bench.Stats().queued == 0);
    CHECK(CountOf(bench.log.text(), "refuses the message about i1 with HTTP 404; it is given up") == 1);
    CHECK(CountOf(bench.log.text(), "oncall.url") == 1);
    CHECK(CountOf(bench.log.text(), "secretpart") == 0);
  }

  TEST_CASE("a message that is found too long goes once more as text alone") {
    Bench bench;
    WebhookServer server;
    bench.folder.Write("oncall.url", server.Url());
    SUBCASE("and is taken") {
      server.Script({{.status = 413}});
      bench.Enqueue("i1");
      bench.Work();
      bench.Pass(1s);
      bench.Work();
      CHECK(bench.Stats().delivered == 1);
    }
    SUBCASE("and is refused then") {
      server.Script({{.status = 400}, {.status = 400}});
      bench.Enqueue("i1");
      bench.Work();
      bench.Pass(1s);
      bench.Work();
      CHECK(bench.Stats().delivered == 0);
      CHECK(bench.Stats().queued == 0);
    }
    REQUIRE(server.requests().size() == 2);
    CHECK(server.requests()[1].body == R"({"text":"short"})");
  }

  TEST_CASE("no network, a hanging server and a rude one are tried again") {
    for (const Reply::Manner manner : {Reply::Manner::kHang, Reply::Manner::kDripHead, Reply::Manner::kClose}) {
      Bench bench;
      WebhookServer server;
      server.Script({{.manner = manner}});
      bench.folder.Write("oncall.url", server.Url());
      bench.Enqueue("i1");
      bench.Work();
      CHECK(bench.Stats().failed ==
            std::map<std::string, std::uint64_t>{{manner == Reply::Manner::kClose ? "network" : "timeout", 1}});
      bench.Pass(3s);
      bench.Work();
      CHECK(bench.Stats().delivered == 1);
    }
  }

  TEST_CASE("after a day of failures a message is given up") {
    Bench bench;
    std::string url;
    {
      const WebhookServer gone;
      url = gone.Url();
    }
    bench.folder.Write("oncall.url", url);
    bench.Enqueue("i1");
    for (int i = 0; i < 24 * 12; ++i) {
      bench.Work();
      bench.Pass(5min);
    }
    CHECK(bench.Stats().queued == 1);
    bench.Pass(1h);
    bench.Work();
    CHECK(bench.Stats().queued == 0);
    CHECK(bench.Stats().failed.at("expired") == 1);
    CHECK(bench.Stats().failed.at("network") > 200);
    CHECK(CountOf(bench.log.text(), "could not be delivered in") == 1);
    CHECK(CountOf(bench.log.text(), "connect to server") == 1);
  }

  TEST_CASE("messages about one incident arrive in order, though the first has to be tried again") {
    Bench bench;
    WebhookServer server;
    server.Script({{.status = 500}});
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1", 1);
    bench.Work();
    bench.Enqueue("i1", 2);
    bench.Enqueue("i2", 1);
    for (int i = 0; i < 6; ++i) {
      bench.Pass(1s);
      bench.Work();
    }
    CHECK(bench.Stats().delivered == 3);
    CHECK(server.requests().size() == 4);
  }

  TEST_CASE("a missing URL is tried again without a request, and logged once") {
    Bench bench;
    WebhookServer server;
    bench.Enqueue("i1");
    for (int i = 0; i < 5; ++i) {
      bench.Work();
      bench.Pass(5min);
    }
    CHECK(bench.Stats().failed == std::map<std::string, std::uint64_t>{{"secret", 5}});
    CHECK(CountOf(bench.log.text(), "url_file " + (bench.folder / "oncall.url") + ": there is no such file") == 1);
    bench.folder.Write("oncall.url", server.Url());
    bench.Work();
    CHECK(bench.Stats().delivered == 1);
  }

  TEST_CASE("a new URL in the file is used without a reload") {
    Bench bench;
    WebhookServer one;
    WebhookServer other;
    bench.folder.Write("oncall.url", one.Url());
    bench.Enqueue("i1");
    bench.Work();
    bench.folder.Write("oncall.url", other.Url());
    bench.Enqueue("i2");
    bench.Pass(1s);
    bench.Work();
    CHECK(one.requests().size() == 1);
    CHECK(other.requests().size() == 1);
  }

  TEST_CASE("a dead receiver delays no other") {
    Bench bench({"dead", "oncall"});
    WebhookServer dead;
    WebhookServer server;
    dead.Script({{.manner = Reply::Manner::kHang}, {.manner = Reply::Manner::kHang}});
    bench.folder.Write("dead.url", dead.Url());
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1", 1, "dead");
    bench.Enqueue("i1", 1, "oncall");
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 50 && server.requests().empty(); ++i) bench.delivery.Work(bench.now, 10ms);
    CHECK(server.requests().size() == 1);
    CHECK(std::chrono::steady_clock::now() - start < 350ms);
    bench.Work();
    CHECK(bench.Stats("dead").failed.at("timeout") == 1);
  }

  TEST_CASE("messages to a receiver that is no longer configured are given up, also one in flight") {
    Bench bench;
    WebhookServer server;
    server.Script({{.manner = Reply::Manner::kHang}});
    bench.folder.Write("oncall.url", server.Url());
    bench.Enqueue("i1");
    bench.delivery.Work(bench.now, 10ms);
    bench.Configure({"other"});
    bench.Work();
    CHECK(bench.ledger.outbox().queues().empty());
    CHECK(bench.delivery.Stats().size() == 1);
    bench.delivery.Work(bench.now, 500ms);
  }
}

}  // namespace dialwatch::alerting
