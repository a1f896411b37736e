#include "probes/record/line.h"

#include <fmt/format.h>

#include "probes/record/call_fields.h"
#include "probes/record/codec.h"
#include "probes/record/policy_fields.h"
#include "probes/record/self_fields.h"
#include "probes/record/stun_fields.h"
#include "probes/record/train_fields.h"
#include "probes/record/turn_fields.h"
#include "probes/record/zone_fields.h"

namespace dialwatch::probes {
namespace record {

template <>
inline constexpr std::tuple kFields<RecordingStart>{
    Required("version", &RecordingStart::version), Field{"program", &RecordingStart::program},
    Required("at", &RecordingStart::at), Field{"reload", &RecordingStart::reload},
    Required("config", &RecordingStart::config)};

}  // namespace record

namespace {

using base::Error;
using record::JsonReader;

// The key of each kind of line. A new kind of sample needs its own here, and a table of its fields.
template <typename T>
constexpr std::string_view kKind = "";
template <>
constexpr std::string_view kKind<RecordingStart> = "recording";
template <>
constexpr std::string_view kKind<DnsSample> = "dns";
template <>
constexpr std::string_view kKind<StunSample> = "stun";
template <>
constexpr std::string_view kKind<NatSample> = "nat";
template <>
constexpr std::string_view kKind<ZoneSample> = "zone";
template <>
constexpr std::string_view kKind<TurnSample> = "turn";
template <>
constexpr std::string_view kKind<TrainSample> = "train";
template <>
constexpr std::string_view kKind<PortSample> = "port";
template <>
constexpr std::string_view kKind<EchoCallSample> = "call";
template <>
constexpr std::string_view kKind<IceConfigSample> = "ice_config";
template <>
constexpr std::string_view kKind<ResolvConfSample> = "resolv_conf";
template <>
constexpr std::string_view kKind<StateSample> = "state";

template <typename T>
void Append(const T& value, std::string& out) {
  static_assert(!kKind<T>.empty());
  out.append("{\"").append(kKind<T>).append("\":");
  record::Write(value, out);
  out += "}\n";
}

template <typename T>
bool ReadInto(JsonReader& json, RecordingLine& line) {
  if constexpr (std::is_same_v<T, RecordingStart>) {
    return record::Read(json, line.emplace<RecordingStart>());
  } else {
    return record::Read(json, line.emplace<Sample>().emplace<T>());
  }
}

struct Kind {
  std::string_view key;
  bool (*read)(JsonReader&, RecordingLine&);
};

template <typename... Samples>
constexpr auto KindsOf(std::variant<Samples...>* /*type only*/) {
  return std::array{Kind{kKind<Samples>, ReadInto<Samples>}..., Kind{kKind<RecordingStart>, ReadInto<RecordingStart>}};
}
constexpr auto kKinds = KindsOf(static_cast<Sample*>(nullptr));

}  // namespace

void AppendLine(const RecordingStart& start, std::string& out) {
  Append(start, out);
}

void AppendLine(const Sample& sample, std::string& out) {
  std::visit([&](const auto& seen) { Append(seen, out); }, sample);
}

base::Result<RecordingLine> ParseLine(std::string_view text) {
  RecordingLine line;
  JsonReader json(text);
  bool read = false;
  json.Object([&](std::string_view key) {
    if (read) return json.Fail("one kind of sample a line");
    read = true;
    for (const Kind& kind : kKinds) {
      if (kind.key == key) return kind.read(json, line);
    }
    return json.Fail("no kind of sample that this version knows");
  });
  if (json.ok() && !read) json.Fail("a kind of sample is due here");
  if (json.ok()) json.End();
  if (!json.ok()) return Error{fmt::format("{}: error: {}", json.column(), json.error())};
  return line;
}

}  // namespace dialwatch::probes
