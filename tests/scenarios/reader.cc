#include "tests/scenarios/reader.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/names.h"
#include "diagnosis/rules.h"
#include "tests/scenarios/keys.h"

namespace dialwatch::scenarios {
namespace {

using config::Errors, config::Node, config::Position;
using namespace std::chrono_literals;

// Whose a fault of a kind may be.
enum Whose : unsigned { kOurs = 1, kResolver = 2, kNameServer = 4, kZone = 8, kStun = 16, kTurn = 32, kHosts = 64 };

struct Kind {
  FaultKind kind;
  std::string_view name;
  unsigned whose;
};

constexpr std::array kKinds{
    Kind{FaultKind::kDown, "down", kOurs | kResolver | kNameServer | kZone | kStun | kTurn | kHosts},
    Kind{FaultKind::kSlow, "slow", kResolver | kNameServer},
    Kind{FaultKind::kLossy, "lossy", kOurs | kHosts},
    Kind{FaultKind::kOneWay, "one-way", kHosts},
    Kind{FaultKind::kWrongCopy, "wrong-copy", kResolver},
    Kind{FaultKind::kPastCopy, "past-copy", kResolver},
    Kind{FaultKind::kDeniedCopy, "denied-copy", kResolver},
    Kind{FaultKind::kBlocklist, "blocklist", kResolver},
    Kind{FaultKind::kRateLimit, "rate-limit", kResolver},
    Kind{FaultKind::kCutOff, "cut-off", kResolver},
    Kind{FaultKind::kServeStale, "serve-stale", kResolver},
    Kind{FaultKind::kIntercepted, "intercepted", kOurs},
    Kind{FaultKind::kPort53Blocked, "port-53-blocked", kOurs},
    Kind{FaultKind::kWrongAnswer, "wrong-answer", kNameServer | kZone},
    Kind{FaultKind::kDenies, "denies", kNameServer | kZone},
    Kind{FaultKind::kLame, "lame", kNameServer},
    Kind{FaultKind::kSignaturesExpired, "signatures-expired", kZone},
    Kind{FaultKind::kTtl, "ttl", kZone},
    Kind{FaultKind::kMoves, "moves", kZone},
    Kind{FaultKind::kLies, "lies", kStun},
    Kind{FaultKind::kWrongName, "wrong-name", kResolver},
    Kind{FaultKind::kWrongNameLiar, "wrong-name-liar", kResolver},
    Kind{FaultKind::kSymmetricNat, "symmetric-nat", kOurs},
    Kind{FaultKind::kWrongPassword, "wrong-password", kTurn},
    Kind{FaultKind::kNoData, "no-data", kTurn},
    Kind{FaultKind::kCertificateEnded, "certificate-ended", kTurn},
    Kind{FaultKind::kCertificateEndsSoon, "certificate-ends-soon", kTurn},
    Kind{FaultKind::kClockJump, "clock-jump", kOurs},
};

const Kind& KindOf(FaultKind kind) {
  return *std::ranges::find(kKinds, kind, &Kind::kind);
}

std::vector<std::string> NamesIn(const Shape& world) {
  std::vector<std::string> names{kLine, kAuthority, kDialers};
  for (int i = 1; i <= world.name_servers; ++i) names.push_back(fmt::format("ns{}", i));
  for (const auto* list : {&world.resolvers, &world.stun, &world.turn}) {
    names.insert(names.end(), list->begin(), list->end());
  }
  return names;
}

Whose WhoseIs(const std::string& name, const Shape& world) {
  const auto in = [&](const std::vector<std::string>& names) { return std::ranges::find(names, name) != names.end(); };
  if (name == kLine) return kOurs;
  if (name == kAuthority) return kZone;
  if (name == kDialers) return kHosts;
  if (in(world.resolvers)) return kResolver;
  if (in(world.stun)) return kStun;
  return in(world.turn) ? kTurn : kNameServer;
}

config::Codec<Duration> Time() {
  return config::DurationBetween(0s, 40 * 24h);
}

config::Codec<std::vector<std::string>> Texts() {
  return config::ListOf("strings", config::Text());
}

std::string Same(const std::string& text) {
  return text;
}

config::Codec<std::string> Rule() {
  std::vector<std::string> rules;
  for (const auto& rule : diagnosis::Rules()) rules.emplace_back(rule.id);
  return config::OneOf<std::string>("finding", rules, Same, {});
}

config::Codec<FaultKind> FaultKindText() {
  std::vector<FaultKind> kinds;
  for (const Kind& kind : kKinds) kinds.push_back(kind.kind);
  return config::OneOf<FaultKind>("kind of fault", kinds, NameOf, {});
}

config::Codec<bool> Boolean() {
  return {"boolean", "boolean", "", [](const Node& node, Errors&) { return std::optional(std::get<bool>(node.value)); },
          [](bool value) { return std::string(value ? "true" : "false"); }};
}

Shape ReadShape(const Node& node, Errors& errors) {
  Shape world;
  Keys(node, errors)
      .Take("dialers", config::IntegerBetween(1, 1000), world.dialers)
      .Take("resolvers", Texts(), world.resolvers)
      .Take("name_servers", config::IntegerBetween(1, 9), world.name_servers)
      .Take("stun", Texts(), world.stun)
      .Take("turn", Texts(), world.turn)
      .Take("media", Boolean(), world.media)
      .Take("expect", Boolean(), world.expect)
      .Take("signed", Boolean(), world.is_signed);
  return world;
}

void CheckFault(const Fault& fault, const Scenario& scenario, Errors& errors) {
  const auto names = NamesIn(scenario.world);
  if (std::ranges::find(names, fault.at) == names.end()) {
    std::string hint = config::DidYouMean(fault.at, names);
    if (hint.empty()) hint = fmt::format("; this world has {}", fmt::join(names, ", "));
    errors.Add(fault.where, fmt::format("at: nobody is called \"{}\"{}", fault.at, hint));
  } else if ((KindOf(fault.kind).whose & WhoseIs(fault.at, scenario.world)) == 0) {
    errors.Add(fault.where, fmt::format("\"{}\" cannot happen at \"{}\"", NameOf(fault.kind), fault.at));
  }
  if (fault.until <= fault.from) errors.Add(fault.where, "until: not after `from`");
  if (fault.until > scenario.lasts) errors.Add(fault.where, "until: after the scenario's end; see `lasts`");
  if (fault.dialers + fault.skip > scenario.world.dialers) errors.Add(fault.where, "dialers: more than the world has");
  if (fault.lasting > fault.every) errors.Add(fault.where, "lasting: longer than `every`");
  const auto& stun = scenario.world.stun;
  const bool names_server = fault.kind == FaultKind::kWrongName || fault.kind == FaultKind::kWrongNameLiar;
  if (names_server && std::ranges::find(stun, fault.server) == stun.end()) {
    errors.Add(fault.where, "server: not one of the world's STUN servers");
  }
}

Fault ReadFault(const Node& node, Errors& errors) {
  Fault fault{.where = node.at};
  Keys(node, errors)
      .Need("kind", FaultKindText(), fault.kind)
      .Need("at", config::Text(), fault.at)
      .Take("server", config::Text(), fault.server)
      .Take("dialers", config::IntegerBetween(1, 1000), fault.dialers)
      .Take("skip", config::IntegerBetween(1, 999), fault.skip)
      .Take("percent", config::IntegerBetween(1, 100), fault.percent)
      .Take("ttl", Time(), fault.ttl)
      .Take("by", Time(), fault.by)
      .Need("from", Time(), fault.from)
      .Need("until", Time(), fault.until)
      .Take("every", Time(), fault.every)
      .Take("lasting", Time(), fault.lasting);
  return fault;
}

Expected ReadExpected(const Node& node, Errors& errors) {
  Expected expected{.where = node.at};
  const auto severity =
      config::OneOf<Severity>("severity", {Severity::kWarning, Severity::kCritical}, base::NameOf<Severity>, {});
  Keys(node, errors)
      .Need("cause", Rule(), expected.cause)
      .Take("subject", config::Text(), expected.subject)
      .Need("severity", severity, expected.severity)
      .Need("affected", config::IntegerBetween(0, 1000), expected.affected)
      .Need("named_within", Time(), expected.named_within)
      .Need("told_within", Time(), expected.told_within)
      .Need("over_within", Time(), expected.over_within)
      .Take("of", config::IntegerBetween(1, 99), expected.of)
      .Take("confidence", config::OneOf<std::string>("confidence", {"certain", "likely", "possible"}, Same, {}),
            expected.confidence)
      .Take("findings", config::ListOf<std::string>("findings", Rule()), expected.findings)
      .Take("says", Texts(), expected.says)
      .Take("never_says", Texts(), expected.never_says);
  return expected;
}

template <typename Take>
void EachTable(const config::Table& root, const std::string& key, Errors& errors, const Take& take) {
  const config::Member* member = config::Find(root, key);
  if (member == nullptr) return;
  const auto* array = std::get_if<config::Array>(&member->node.value);
  if (array == nullptr) return errors.Add(member->at, fmt::format("write it as [[{}]]", key));
  for (const Node& node : *array) {
    if (std::holds_alternative<config::Table>(node.value)) {
      take(node);
    } else {
      errors.Add(node.at, fmt::format("write it as [[{}]]", key));
    }
  }
}

void ReadInto(Scenario& scenario, const Node& root, Errors& errors) {
  Keys(root, errors)
      .Need("wrong", config::Text(), scenario.wrong)
      .Need("group", config::Text(), scenario.group)
      .Take("real", config::Text(), scenario.real)
      .Take("lasts", Time(), scenario.lasts)
      .Take("may", Texts(), scenario.may)
      .Take("messages", config::IntegerBetween(0, 1000), scenario.messages)
      .Take("known_fault", config::Text(), scenario.known_fault)
      .Leave("world")
      .Leave("fault")
      .Leave("incident");
  const auto& table = std::get<config::Table>(root.value);
  if (const config::Member* world = config::Find(table, "world")) {
    if (std::holds_alternative<config::Table>(world->node.value)) {
      scenario.world = ReadShape(world->node, errors);
    } else {
      errors.Add(world->at, "write it as [world]");
    }
  }
  EachTable(table, "fault", errors, [&](const Node& node) {
    const std::size_t before = errors.size();
    scenario.faults.push_back(ReadFault(node, errors));
    if (errors.size() == before) CheckFault(scenario.faults.back(), scenario, errors);
  });
  EachTable(table, "incident", errors, [&](const Node& node) {
    scenario.incidents.push_back(ReadExpected(node, errors));
    const Expected& expected = scenario.incidents.back();
    if (static_cast<std::size_t>(expected.of) > scenario.faults.size()) {
      errors.Add(expected.where, fmt::format("of: there are {} faults", scenario.faults.size()));
    }
    if (expected.affected > scenario.world.dialers) errors.Add(expected.where, "affected: more than the world has");
  });
}

}  // namespace

std::string_view NameOf(FaultKind kind) {
  return KindOf(kind).name;
}

Read ReadScenario(std::string_view text, const std::string& file) {
  Read read;
  read.scenario.name = std::filesystem::path(file).stem();
  Errors errors;
  if (const auto root = config::ParseDocument(text, errors)) ReadInto(read.scenario, *root, errors);
  for (const config::Mistake& mistake : errors.Sorted()) {
    read.errors.push_back(fmt::format("{}:{}: {}", file, mistake.at.line, mistake.message));
  }
  return read;
}

std::vector<Read> ReadCatalogue(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Read> all;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    all.push_back(ReadScenario(std::string(std::istreambuf_iterator<char>(file), {}), path.filename()));
  }
  return all;
}

}  // namespace dialwatch::scenarios
