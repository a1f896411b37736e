#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <list>
#include <sstream>
#include <stdexcept>
#include <string>

#include "tests/demo/slack_text.h"
#include "tests/lab/addresses.h"
#include "tests/lab/dialwatch.h"
#include "tests/lab/http_sink.h"
#include "tests/lab/lab.h"
#include "tests/lab/netns.h"
#include "tests/lab/reflector.h"

// What happened on 31 August 2020, in half a minute: real servers in a network namespace, the real daemon, the real
// alert. The exit code is 0 only where all of it came to pass.
namespace {

namespace lab = dialwatch::lab;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kSkipped = 77;
constexpr std::chrono::seconds kPatience(15);
constexpr const char* kHost = "d2.example.com";
constexpr const char* kOtherHost = "d7.example.com";

bool HasColour() {
  return isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

void Say(const std::string& text) {
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

void Headline(const std::string& text) {
  Say(HasColour() ? fmt::format("\n\x1b[1m{}\x1b[0m", text) : "\n" + text);
}

// Lets the viewer read; a program that reads is not kept waiting.
void Pause(milliseconds duration) {
  if (isatty(STDOUT_FILENO) == 1) usleep(static_cast<useconds_t>(duration.count()) * 1000);
}

void Quote(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) Say("  | " + line);
}

void Demand(bool happened, const std::string& what) {
  if (!happened) throw std::runtime_error("this should have come to pass and did not: " + what);
}

// Ten dialers, each with a reflector beside it, at addresses of their own.
struct Dialers {
  Dialers() {
    for (int i = 1; i <= 10; ++i) {
      const std::string address = fmt::format("198.51.100.{}", 10 + i);
      lab::AddAddress(address, lab::kOffice);
      names.push_back(fmt::format("d{}", i));
      reflectors.emplace_back(names.back(), address);
    }
    lab::AddAddress(lab::kWrong, lab::kOffice);  // a machine, but no dialer
  }

  std::vector<std::string> names;
  std::list<lab::Reflector> reflectors;
};

// A call centre, watched every second.
struct Stage {
  Stage() : daemon(Launch(lab, dialers, sink)) { daemon.WaitReady(); }

  static lab::Daemon Launch(const lab::Lab& lab, const Dialers& dialers, const lab::HttpSink& sink) {
    lab::Config config;
    config.dialers = dialers.names;
    config.dialer_keys = "reflector_port = 9000";
    config.more = lab::ShortTrains(lab::WriteReflectorKeys(lab.folder()), "5s");
    config.wait = "5s";
    config.webhook = sink.url();
    WriteConfig(config, lab.folder());
    return lab::Daemon(lab.folder());
  }

  // Runs a command for all to see.
  lab::Output Show(const std::string& target) const {
    Say("\n  $ dialwatch probe " + target);
    auto output = lab::Dialwatch(
        {"probe", target, "-c", lab.folder() / "dialwatch.toml", "--colour", HasColour() ? "always" : "never"},
        lab.folder());
    Quote(output.out);
    return output;
  }

  void ShowMetrics(const std::vector<std::string>& starts) const {
    Say("\n  $ curl -s http://127.0.0.1:10355/metrics");
    for (const std::string& start : starts) {
      const auto lines = daemon.Metrics(start);
      Demand(!lines.empty(), start + " among the metrics");
      Quote(lines.front());
    }
  }

  bool HasPost(std::size_t count) const {
    return lab::WaitUntil(kPatience, [&] { return sink.bodies().size() >= count; });
  }

  lab::Lab lab;
  Dialers dialers;
  lab::HttpSink sink;
  lab::Daemon daemon;
};

void ShowHealthyMonday(const Stage& stage) {
  Headline(
      "1. All is well: ten dialers, each asked of three resolvers and of its own authority, and audio sent to each and "
      "back.");
  Demand(stage.Show(kHost).exit == 0, "agreement of all vantage points");
  Demand(stage.daemon.Metrics("dialwatch_finding{").empty(), "silence while all is well");
  Pause(milliseconds(4000));
}

steady_clock::time_point ShowOutage(Stage& stage) {
  Headline(
      "2. The outage: for one moment Cloudflare's way to the authority ends at a server that should not be there.");
  Say("   It answers 203.0.113.66 for two dialers, with a TTL of 86400. Then the network is right again everywhere;\n"
      "   the wrong copies stay in that one cache for a day. HTTP, ping, SSH, load and logs are green.");
  const auto start = steady_clock::now();
  for (const char* host : {kHost, kOtherHost}) {
    stage.lab.Poison(stage.lab.cloudflare, host);
  }
  return start;
}

void ShowAlert(const Stage& stage, steady_clock::time_point start) {
  Demand(stage.HasPost(1), "a Slack message");
  const std::chrono::duration<double> took = steady_clock::now() - start;
  Headline(fmt::format("3. {:.1f} seconds later the call centre reads in Slack:\n", took.count()));
  const std::string text = dialwatch::demo::SlackText(stage.sink.bodies().front());
  Quote(text);
  for (const char* part : {"CRITICAL", "cloudflare sends callers of", "to addresses without their audio", "d2", "d7",
                           "203.0.113.66", "198.51.100.12"}) {
    Demand(text.find(part) != std::string::npos, fmt::format("the word \"{}\" in the message", part));
  }
  Pause(milliseconds(8000));
}

void ShowEvidence(const Stage& stage) {
  Headline("4. What each vantage point says of one of the dialers, and what Prometheus gets:");
  Demand(stage.Show(kHost).exit == 1, "a finding");
  stage.ShowMetrics({"dialwatch_dns_answer_matches{dialer=\"d2\",via=\"cloudflare\"}",
                     "dialwatch_dns_answer_matches{dialer=\"d2\",via=\"google\"}",
                     "dialwatch_dns_copy_expires_seconds{dialer=\"d2\",resolver=\"cloudflare\"}",
                     "dialwatch_rtp_loss_ratio{dialer=\"d2\",via=\"cloudflare\",direction=\"up\"}",
                     "dialwatch_rtp_loss_ratio{dialer=\"d2\",via=\"google\",direction=\"up\"}",
                     "dialwatch_finding{rule=\"dns-bogus\"", "dialwatch_incidents{cause=\"dns-bogus\"}"});
  Pause(milliseconds(8000));
}

void ShowHealing(const Stage& stage) {
  Headline("5. The first action of the alert is taken: the two names are flushed from that cache.\n");
  for (const char* host : {kHost, kOtherHost}) {
    stage.lab.cloudflare.Flush(host);
  }
  Demand(stage.HasPost(2), "the message that it is over");
  const std::string text = dialwatch::demo::SlackText(stage.sink.bodies()[1]);
  Quote(text);
  Demand(text.find("RESOLVED") != std::string::npos, "the word \"RESOLVED\" in the message");
  Demand(stage.sink.bodies().size() == 2, "one message at the start and one at the end");
}

void Perform() {
  Headline("31 August 2020 again, on real servers: nsd, three unbound, two coturn, ten reflectors. They have the");
  Say("addresses of the public services, but live in a network of their own: nothing leaves this machine.");
  Stage stage;
  ShowHealthyMonday(stage);
  const auto start = ShowOutage(stage);
  ShowAlert(stage, start);
  ShowEvidence(stage);
  ShowHealing(stage);
  Headline("In 2020 it took seven hours to find that cause.");
}

}  // namespace

int main() {
  if (const auto entered = lab::EnterPrivateNetwork(); !entered) {
    Say(fmt::format("SKIPPED: no demo: {}; run as root or allow user namespaces", entered.error().what));
    return kSkipped;
  }
  try {
    Perform();
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    fmt::print(stderr, "demo: {}\n", error.what());
    return EXIT_FAILURE;
  }
}
