#include "probes/record/line.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "base/json.h"
#include "probes/record/call_fields.h"
#include "probes/record/codec.h"
#include "probes/record/policy_fields.h"
#include "probes/record/self_fields.h"
#include "probes/record/stun_fields.h"
#include "probes/record/train_fields.h"
#include "probes/record/turn_fields.h"
#include "probes/record/zone_fields.h"

namespace dialwatch::probes {
namespace {

using namespace std::chrono_literals;

const base::TimePoint kAt{std::chrono::sys_days{std::chrono::year{2020} / 8 / 31} + 13h + 5min + 7ms};

// Sets all that the tables of fields know to something that is not its default, and different each time.
struct Filler {
  std::int64_t count = 1;

  void Fill(std::string& value) { value = "text " + std::to_string(count++); }
  void Fill(bool& value) { value = !value; }
  void Fill(double& value) { value = 0.1 + static_cast<double>(count++); }
  template <std::integral T>
  void Fill(T& value) {
    value = static_cast<T>(++count);
  }
  template <typename Period>
  void Fill(std::chrono::duration<std::int64_t, Period>& value) {
    value = std::chrono::duration<std::int64_t, Period>(++count);
  }
  void Fill(base::TimePoint& value) { value = kAt + std::chrono::milliseconds(count++); }
  void Fill(base::IpAddress& value) { value = *base::IpAddress::Parse("2001:db8::" + std::to_string(count++ % 10000)); }
  void Fill(base::Endpoint& value) {
    Fill(value.address);
    Fill(value.port);
  }
  void Fill(base::RecordType& value) { value = static_cast<base::RecordType>(++count); }
  void Fill(AudioCodec& value) { value = AudioCodec::kPcma; }
  template <base::Named T>
  void Fill(T& value) {
    value = static_cast<T>(value == T{} ? NamesOf(T{}).size() - 1 : 0);
  }
  template <typename T>
  void Fill(std::optional<T>& value) {
    Fill(value.emplace());
  }
  template <typename T>
  void Fill(std::vector<T>& values) {
    for (int i = 0; i < 2; ++i) Fill(values.emplace_back());
  }
  template <record::Described T>
  void Fill(T& value) {
    const T usual{};
    const auto fill = [&](const auto& field) {
      Fill(value.*field.member);
      CAPTURE(field.key);
      CHECK_FALSE(value.*field.member == usual.*field.member);
    };
    std::apply([&](const auto&... field) { (fill(field), ...); }, record::kFields<T>);
  }
};

std::string LineOf(const Sample& sample) {
  std::string line;
  AppendLine(sample, line);
  return line;
}

Sample ReadBack(const std::string& line) {
  const auto read = ParseLine(line);
  REQUIRE_MESSAGE(read, (read ? "" : read.error().what));
  REQUIRE(std::holds_alternative<Sample>(*read));
  return std::get<Sample>(*read);
}

std::string ErrorOf(std::string_view line) {
  const auto read = ParseLine(line);
  return read ? "" : read.error().what;
}

DnsSample Answer() {
  DnsSample sample;
  sample.host = "d1.example.com";
  sample.via = {Via::Kind::kResolver, "google", *base::Endpoint::Parse("8.8.8.8", 53)};
  sample.at = kAt;
  sample.outcome = DnsOutcome::kAnswered;
  sample.rtt = 12345us;
  sample.sends = 1;
  sample.ra = true;
  sample.answers = {{"d1.example.com", RecordType::kA, 300, "198.51.100.11"}};
  return sample;
}

template <typename T>
void ComesBack() {
  for (std::int64_t from : {1, 1000, 60000}) {
    T sample;
    Filler{from}.Fill(sample);
    const std::string line = LineOf(sample);
    CHECK(std::get<T>(ReadBack(line)) == sample);
    CHECK(LineOf(ReadBack(line)) == line);
    CHECK_FALSE(base::Json::parse(line, nullptr, false).is_discarded());
  }
  CHECK(std::get<T>(ReadBack(LineOf(T{}))) == T{});
}

template <typename... Kinds>
void VisitKinds(const auto& visit, std::variant<Kinds...>* /*type only*/) {
  (visit(Kinds{}), ...);
}

void EachKind(const auto& visit) {
  VisitKinds(visit, static_cast<Sample*>(nullptr));
}

}  // namespace

TEST_SUITE("probes/record/line") {
  TEST_CASE("every field of every kind of sample comes back") {
    EachKind([]<typename T>(T) { ComesBack<T>(); });
  }

  TEST_CASE("docs/replay.md explains each kind of line") {
    std::ifstream file(DIALWATCH_REPLAY_MD);
    const std::string docs(std::istreambuf_iterator<char>(file), {});
    EachKind([&](const Sample& sample) {
      const std::string line = LineOf(sample);
      const std::string kind = line.substr(2, line.find('"', 2) - 2);
      CHECK_MESSAGE(docs.find(fmt::format("`{}`", kind)) != std::string::npos, kind);
    });
  }

  TEST_CASE("a line reads as a person would write it, and what is as ever is left out") {
    CHECK(LineOf(Answer()) ==
          R"({"dns":{"at":"2020-08-31T13:05:00.007Z","host":"d1.example.com","type":"A",)"
          R"("via":{"name":"google","server":"8.8.8.8:53"},"outcome":"answered","rtt_us":12345,"sends":1,"ra":true,)"
          R"("answers":[{"owner":"d1.example.com","type":"A","ttl":300,"data":"198.51.100.11"}]}})"
          "\n");
    StunSample stun;
    stun.server = "telnyx";
    stun.at = kAt - 7ms;
    CHECK(LineOf(stun) == R"({"stun":{"at":"2020-08-31T13:05:00Z","server":"telnyx","outcome":"timeout"}})"
                          "\n");
  }

  TEST_CASE("text of strangers comes back to the octet, and is JSON all the same") {
    for (const std::string& text :
         {std::string("a\0b", 3), std::string("\"\\\n\r\t\x1b\x7f"), std::string("Zürich €😀"), std::string("\xff\xfe"),
          std::string("\xc3"), std::string("\xed\xa0\x80"), std::string("\xf4\x90\x80\x80"), std::string("\xc0\xaf"),
          std::string("x\xe2\x82")}) {
      DnsSample sample = Answer();
      sample.nsid = text;
      sample.extended_errors = {{22, text}};
      const std::string line = LineOf(sample);
      CHECK(std::get<DnsSample>(ReadBack(line)) == sample);
      CHECK_FALSE(base::Json::parse(line, nullptr, false).is_discarded());
      CHECK(line.find('\n') == line.size() - 1);
    }
    DnsSample sample = Answer();
    sample.nsid = "\xff";
    CHECK(LineOf(sample).find(R"("nsid":{"hex":"ff"})") != std::string::npos);
  }

  TEST_CASE("what another JSON writer makes of it reads the same") {
    const std::string line = LineOf(Answer());
    nlohmann::json sorted = nlohmann::json::parse(line);
    CHECK(std::get<DnsSample>(ReadBack(sorted.dump(2))) == Answer());
    CHECK(std::get<ResolvConfSample>(
              ReadBack(R"( {"resolv_conf" : {"error":"\u00fc\ud83d\ude00\/\b", "at":"2020-08-31T13:05:00Z"}} )")) ==
          ResolvConfSample{.at = kAt - 7ms, .error = "ü😀/\b", .resolvers = {}});
  }

  TEST_CASE("the start of a recording comes back") {
    const RecordingStart start{
        .version = 1, .program = "0.1.0", .at = kAt, .reload = true, .config = "[probing]\ninterval = \"30s\"\n"};
    std::string line;
    AppendLine(start, line);
    CHECK(line == R"({"recording":{"version":1,"program":"0.1.0","at":"2020-08-31T13:05:00.007Z","reload":true,)"
                  R"("config":"[probing]\ninterval = \"30s\"\n"}})"
                  "\n");
    const auto read = ParseLine(line);
    REQUIRE(read);
    CHECK(std::get<RecordingStart>(*read) == start);
  }

  TEST_CASE("what cannot be read is told with its column") {
    const std::string at = R"("at":"2020-08-31T13:05:00Z")";
    CHECK(ErrorOf("") == "1: error: '{' is due here");
    CHECK(ErrorOf("{}") == "3: error: a kind of sample is due here");
    CHECK(ErrorOf(R"({"dnz":{}})") == "8: error: no kind of sample that this version knows");
    CHECK(ErrorOf(R"({"stun":{}})") == R"(11: error: "at" is missing)");
    CHECK(ErrorOf(R"({"stun":{"at":"yesterday"}})") == "26: error: a time like 2020-08-31T13:05:00.123Z is due here");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"color":1}})") == "46: error: an unknown key");
    CHECK(ErrorOf(R"({"stun":{)" + at + "," + at + "}}") == R"x(43: error: "at" stands twice)x");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"outcome":"fine"}})") ==
          "54: error: one of mapped, timeout, unreachable, tls-failed, error-response, malformed, unresolved is due "
          "here");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"sends":2147483648}})") == "56: error: 2147483648 is out of range");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"sends":1.5}})") == "46: error: an integer is due here");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"round":-1}})") == "46: error: an integer from 0 on is due here");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"address":"192.0.2.1:0"}})") ==
          R"(61: error: "192.0.2.1:0" has no port from 1 to 65535)");
    CHECK(ErrorOf(R"({"stun":{)" + at + R"(,"server":"\ud800"}})") == "54: error: an escape that JSON does not have");
    CHECK(ErrorOf(R"({"resolv_conf":{)" + at + R"(}},"stun":{}})") == "46: error: there is more behind the end");
    CHECK(ErrorOf(R"({"resolv_conf":{)" + at + R"(},"stun":{}})") == "53: error: one kind of sample a line");
    CHECK(ErrorOf(R"({"resolv_conf":{)" + at) == "44: error: ',' or '}' is due here");
    CHECK(ErrorOf(R"({"resolv_conf":{"at)") == "17: error: a string without an end");
  }

  TEST_CASE("no list makes memory of next to nothing") {
    std::string line = R"({"ice_config":{"at":"2020-08-31T13:05:00Z","location":"x","outcome":"read","servers":[)";
    for (std::size_t i = 0; i <= record::JsonReader::kMostElements; ++i) {
      line += i == 0 ? "" : ",";
      line += R"({"file":"","server":{}})";
    }
    CHECK(ErrorOf(line + "]}}").ends_with(": a list is too long"));
  }
}

}  // namespace dialwatch::probes
