#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/names.h"
#include "base/result.h"
#include "config/document.h"
#include "config/settings.h"
#include "config/suggest.h"

// How each kind of value is read from TOML, told to people and written back.
namespace dialwatch::config {

template <typename Value>
struct Codec {
  std::string kind;   // the TypeName of the nodes that `read` takes
  std::string type;   // for people: "duration"
  std::string range;  // for people: "1s to 1h"; "" where every value of the type will do
  std::function<std::optional<Value>(const Node&, Errors&)> read;
  std::function<std::string(const Value&)> write;  // TOML that `read` takes back; "" where the key is best left out
};

// "an integer where a duration is due".
std::string WrongType(const Node& node, std::string_view due);

// `text` as a TOML string with its quotes.
std::string Quote(std::string_view text);

// Prometheus' data model: a label's name. Two underscores at the front are its own.
bool IsLabelName(std::string_view name);

// What a string of a node holds, or an error where it is very long or has characters that cannot be shown, since names
// travel to terminals, metrics and messages.
base::Result<std::string> ReadText(const Node& node);

// For values that are written as strings: `parse` makes one or says why not, `format` is its inverse.
template <typename Value, typename Parse, typename Format>
Codec<Value> FromText(std::string type, std::string range, Parse parse, Format format) {
  const auto read = [parse](const Node& node, Errors& errors) -> std::optional<Value> {
    const auto text = ReadText(node);
    base::Result<Value> value = text ? parse(*text) : base::Result<Value>(text.error());
    if (value) return std::move(*value);
    errors.Add(node.at, value.error().what);
    return std::nullopt;
  };
  const auto write = [format](const Value& value) { return Quote(format(value)); };
  return {"string", std::move(type), std::move(range), read, write};
}

Codec<std::string> Text();         // not empty when read
Codec<std::string> TextOrEmpty();  // where "" has a meaning of its own
Codec<std::string> HostName();
Codec<std::string> HostNameOrAddress();
Codec<std::string> HttpUrl();
Codec<std::string> HttpsUrl();
Codec<Duration> DurationBetween(Duration least, Duration most);
Codec<Duration> TtlBetween(Duration least, Duration most);  // whole seconds, as in a DNS record (RFC 2181 §8)
Codec<int> IntegerBetween(int least, int most);
Codec<base::IpAddress> Address();
Codec<std::optional<base::IpAddress>> SourceAddress();  // an unspecified one means any, as none does
Codec<Endpoint> ListenAddress(std::uint16_t default_port);
Codec<Endpoint> ServerAddress(std::uint16_t default_port);  // not 0.0.0.0 or ::
Codec<base::IpPrefix> Network();                            // written as an address where it is of full length
Codec<std::map<std::string, std::string>> Labels(std::vector<std::string> taken);  // names that our metrics use

// One of `values`, as `format` writes them. Those in `later` belong to the contract, but not to this version.
template <typename Value, typename Format>
Codec<Value> OneOf(std::string type, const std::vector<Value>& values, Format format,
                   const std::vector<std::string>& later) {
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const Value& value : values) names.emplace_back(format(value));
  std::string range = fmt::format("\"{}\"", fmt::join(names, "\", \""));
  const auto parse = [=](const std::string& text) -> base::Result<Value> {
    const auto found = std::ranges::find(names, text);
    if (found != names.end()) return values[static_cast<std::size_t>(found - names.begin())];
    if (std::ranges::find(later, text) != later.end()) {
      return base::Error{fmt::format("\"{}\" is not supported by this version, which knows {}", text, range)};
    }
    return base::Error{fmt::format("\"{}\" is not one of {}{}", text, range, DidYouMean(text, names))};
  };
  return FromText<Value>(std::move(type), range, parse, format);
}

// One of the enumeration's names.
template <base::Named Enum>
Codec<Enum> OneOf() {
  std::vector<Enum> values;
  for (std::size_t i = 0; i < NamesOf(Enum{}).size(); ++i) values.push_back(static_cast<Enum>(i));
  return OneOf("string", values, base::NameOf<Enum>, {});
}

// At least `least` values of `codec`, none of them twice; `type` is their plural.
template <typename Value>
Codec<std::vector<Value>> ListOf(std::string_view type, const Codec<Value>& codec, std::size_t least = 0) {
  constexpr std::size_t kMost = 1000;
  const auto read = [=](const Node& node, Errors& errors) -> std::optional<std::vector<Value>> {
    const Array& elements = std::get<Array>(node.value);
    if (elements.size() < least) errors.Add(node.at, "it is empty, but must hold at least one");
    if (elements.size() > kMost) errors.Add(node.at, fmt::format("it holds more than {}", kMost));
    std::vector<Value> values;
    for (const Node& element : elements) {
      if (values.size() >= kMost) break;
      if (TypeName(element) != codec.kind) {
        errors.Add(element.at, WrongType(element, codec.type));
      } else if (std::optional<Value> value = codec.read(element, errors)) {
        if (std::ranges::find(values, *value) != values.end()) {
          errors.Add(element.at, fmt::format("{} stands twice", codec.write(*value)));
        }
        values.push_back(std::move(*value));
      }
    }
    return values;
  };
  const auto write = [=](const std::vector<Value>& values) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const Value& value : values) texts.push_back(codec.write(value));
    return fmt::format("[{}]", fmt::join(texts, ", "));
  };
  std::string range = codec.range;
  if (least > 0) range = range.empty() ? "at least one" : "at least one; " + range;
  return {"list", fmt::format("list of {}", type), range, read, write};
}

}  // namespace dialwatch::config
