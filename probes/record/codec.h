#pragma once

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ip_address.h"
#include "base/names.h"
#include "base/record_type.h"
#include "base/rfc3339.h"
#include "probes/record/fields.h"
#include "probes/record/json_reader.h"
#include "probes/record/json_text.h"

// How each type of value is written and read back to an equal one. A type that is not here does not compile.
namespace dialwatch::probes::record {

template <typename T>
struct Codec;

template <typename T>
void Write(const T& value, std::string& out) {
  Codec<T>::Write(value, out);
}

template <typename T>
bool Read(JsonReader& json, T& value) {
  return Codec<T>::Read(json, value);
}

template <>
struct Codec<std::string> {
  static void Write(const std::string& value, std::string& out) { AppendText(value, out); }
  static bool Read(JsonReader& json, std::string& value) { return json.Text(value); }
};

template <>
struct Codec<bool> {
  static void Write(bool value, std::string& out) { out += value ? "true" : "false"; }
  static bool Read(JsonReader& json, bool& value) { return json.Bool(value); }
};

template <std::integral T>
struct Codec<T> {
  using Wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;

  static void Write(T value, std::string& out) { fmt::format_to(std::back_inserter(out), "{}", value); }
  static bool Read(JsonReader& json, T& value) {
    Wide wide{};
    if constexpr (std::is_signed_v<T>) {
      if (!json.Integer(wide)) return false;
    } else {
      if (!json.Unsigned(wide)) return false;
    }
    if (wide > Wide{std::numeric_limits<T>::max()} || wide < Wide{std::numeric_limits<T>::min()}) {
      return json.Fail(fmt::format("{} is out of range", wide));
    }
    value = static_cast<T>(wide);
    return true;
  }
};

// JSON has no infinity; what is none of its numbers counts as zero.
template <>
struct Codec<double> {
  static void Write(double value, std::string& out) {
    fmt::format_to(std::back_inserter(out), "{}", std::isfinite(value) ? value : 0.0);
  }
  static bool Read(JsonReader& json, double& value) { return json.Number(value); }
};

template <typename Period>
struct Codec<std::chrono::duration<std::int64_t, Period>> {
  using Value = std::chrono::duration<std::int64_t, Period>;

  static void Write(Value value, std::string& out) { record::Write(value.count(), out); }
  static bool Read(JsonReader& json, Value& value) {
    std::int64_t count = 0;
    if (!json.Integer(count)) return false;
    value = Value(count);
    return true;
  }
};

template <>
struct Codec<base::TimePoint> {
  static void Write(base::TimePoint value, std::string& out) { AppendText(base::FormatRfc3339(value), out); }
  static bool Read(JsonReader& json, base::TimePoint& value) {
    std::string_view text;
    if (!json.Word(text)) return false;
    const auto time = base::ParseRfc3339(text);
    if (!time) return json.Fail("a time like 2020-08-31T13:05:00.123Z is due here");
    value = *time;
    return true;
  }
};

// A port of zero is left out, since no port can be written so.
template <>
struct Codec<base::Endpoint> {
  static void Write(const base::Endpoint& value, std::string& out) { AppendText(value.ToString(0), out); }
  static bool Read(JsonReader& json, base::Endpoint& value) {
    std::string_view text;
    if (!json.Word(text)) return false;
    const auto endpoint = base::Endpoint::Parse(text, 0);
    if (!endpoint) return json.Fail(endpoint.error().what);
    value = *endpoint;
    return true;
  }
};

template <>
struct Codec<base::IpAddress> {
  static void Write(const base::IpAddress& value, std::string& out) { AppendText(value.ToString(), out); }
  static bool Read(JsonReader& json, base::IpAddress& value) {
    std::string_view text;
    if (!json.Word(text)) return false;
    const auto address = base::IpAddress::Parse(text);
    if (!address) return json.Fail(address.error().what);
    value = *address;
    return true;
  }
};

template <>
struct Codec<base::RecordType> {
  static void Write(base::RecordType value, std::string& out) { AppendText(base::FormatRecordType(value), out); }
  static bool Read(JsonReader& json, base::RecordType& value) {
    std::string_view text;
    if (!json.Word(text)) return false;
    const auto type = base::ParseRecordType(text);
    if (!type) return json.Fail(type.error().what);
    value = *type;
    return true;
  }
};

template <base::Named T>
struct Codec<T> {
  static void Write(T value, std::string& out) { AppendText(base::NameOf(value), out); }
  static bool Read(JsonReader& json, T& value) {
    constexpr auto kNames = NamesOf(T{});
    std::string_view text;
    if (!json.Word(text)) return false;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (kNames[i] != text) continue;
      value = static_cast<T>(i);
      return true;
    }
    return json.Fail(fmt::format("one of {} is due here", fmt::join(kNames, ", ")));
  }
};

template <typename T>
struct Codec<std::optional<T>> {
  static void Write(const std::optional<T>& value, std::string& out) { record::Write(*value, out); }  // never without
  static bool Read(JsonReader& json, std::optional<T>& value) { return record::Read(json, value.emplace()); }
};

template <typename T>
struct Codec<std::vector<T>> {
  static void Write(const std::vector<T>& values, std::string& out) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      record::Write(values[i], out);
    }
    out += ']';
  }
  static bool Read(JsonReader& json, std::vector<T>& values) {
    values.clear();
    return json.Array([&] { return record::Read(json, values.emplace_back()); });
  }
};

template <Described T>
struct Codec<T> {
  static_assert(IsWhole<T>(), "each member needs a field of its own");
  static constexpr std::size_t kCount = std::tuple_size_v<std::remove_const_t<decltype(kFields<T>)>>;
  static_assert(kCount <= 64);

  static void Write(const T& value, std::string& out) {
    static const T kUsual{};
    char before = '{';
    const auto write = [&](const auto& field) {
      if (!field.required && value.*field.member == kUsual.*field.member) return;
      out += before;
      before = ',';
      out.append("\"").append(field.key).append("\":");
      record::Write(value.*field.member, out);
    };
    std::apply([&](const auto&... field) { (write(field), ...); }, kFields<T>);
    if (before == '{') out += before;
    out += '}';
  }

  static bool Read(JsonReader& json, T& value) {
    std::uint64_t seen = 0;
    std::size_t due = 0;  // fields mostly come in the order of the table
    const auto read = [&](std::string_view key) {
      for (std::size_t tried = 0; tried < kCount; ++tried, due = due + 1 == kCount ? 0 : due + 1) {
        if (kReaders[due].key != key) continue;
        if ((seen >> due & 1U) != 0) return json.Fail(fmt::format("\"{}\" stands twice", key));
        seen |= std::uint64_t{1} << due;
        return kReaders[due].read(json, value);
      }
      return json.Fail("an unknown key");
    };
    if (!json.Object(read)) return false;
    for (std::size_t i = 0; i < kCount; ++i) {
      if (kReaders[i].required && (seen >> i & 1U) == 0) {
        return json.Fail(fmt::format("\"{}\" is missing", kReaders[i].key));
      }
    }
    return true;
  }

 private:
  struct Reader {
    std::string_view key;
    bool required;
    bool (*read)(JsonReader&, T&);
  };
  template <std::size_t... Each>
  static constexpr std::array<Reader, kCount> MakeReaders(std::index_sequence<Each...>) {
    return {Reader{std::get<Each>(kFields<T>).key, std::get<Each>(kFields<T>).required, [](JsonReader& json, T& value) {
                     return record::Read(json, value.*std::get<Each>(kFields<T>).member);
                   }}...};
  }
  static constexpr std::array<Reader, kCount> kReaders = MakeReaders(std::make_index_sequence<kCount>{});
};

}  // namespace dialwatch::probes::record
