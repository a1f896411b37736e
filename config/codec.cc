#include "config/codec.h"

#include "base/duration_text.h"
#include "base/host_name.h"
#include "base/printable.h"

namespace dialwatch::config {
namespace {

using base::Error;
using base::IpAddress;
using base::IpPrefix;
using base::Result;

constexpr auto kAsIs = [](const std::string& text) { return text; };

std::string WithArticle(std::string_view noun) {
  const bool vowel = std::string_view("aeio").find(noun.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

Result<Duration> ParseBetween(const std::string& text, Duration least, Duration most) {
  auto duration = base::ParseDuration(text);
  if (duration && (*duration < least || *duration > most)) {
    return Error{
        fmt::format("\"{}\" is not from {} to {}", text, base::FormatDuration(least), base::FormatDuration(most))};
  }
  return duration;
}

std::string RangeText(Duration least, Duration most) {
  return fmt::format("{} to {}", base::FormatDuration(least), base::FormatDuration(most));
}

// What is wrong with a URL may hold a secret, so it is not repeated.
Codec<std::string> UrlOf(const std::vector<std::string_view>& schemes, std::string range, const std::string& example) {
  const auto parse = [=](const std::string& text) -> Result<std::string> {
    const auto scheme = std::ranges::find_if(schemes, [&](auto start) { return text.starts_with(start); });
    const std::size_t start = scheme == schemes.end() ? 0 : scheme->size();
    const std::string authority = text.substr(start, text.find_first_of("/?#", start) - start);
    if (authority.find('@') != std::string::npos) return Error{"has a user or password in it, which would be sent on"};
    if (start == 0 || authority.empty() || authority.front() == ':' || text.find(' ') != std::string::npos) {
      return Error{fmt::format("is not a URL like \"{}\"", example)};
    }
    return text;
  };
  Codec<std::string> codec = FromText<std::string>("URL", std::move(range), parse, kAsIs);
  codec.write = [](const std::string& text) { return text.empty() ? "" : Quote(text); };
  return codec;
}

}  // namespace

bool IsLabelName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name.front()) && std::ranges::all_of(name, fits) && !name.starts_with("__");
}

std::string WrongType(const Node& node, std::string_view due) {
  return fmt::format("{} where {} is due", WithArticle(TypeName(node)), WithArticle(due));
}

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet == 0x7F) {
      quoted += fmt::format("\\u{:04X}", octet);
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

Result<std::string> ReadText(const Node& node) {
  constexpr std::size_t kMost = 1000;
  const auto& text = std::get<std::string>(node.value);
  if (text.size() > kMost) return Error{fmt::format("longer than {} characters", kMost)};
  if (base::Printable(text) != text) return Error{"has characters that cannot be shown, such as control characters"};
  return text;
}

Codec<std::string> Text() {
  const auto parse = [](const std::string& text) -> Result<std::string> {
    if (text.empty()) return Error{"it is empty"};
    return text;
  };
  Codec<std::string> codec = FromText<std::string>("string", "", parse, kAsIs);
  codec.write = [](const std::string& text) { return text.empty() ? "" : Quote(text); };
  return codec;
}

Codec<std::string> TextOrEmpty() {
  return FromText<std::string>(
      "string", "", [](const std::string& text) { return Result<std::string>(text); }, kAsIs);
}

Codec<std::string> HostName() {
  const auto parse = [](const std::string& text) -> Result<std::string> {
    if (IpAddress::Parse(text)) return Error{fmt::format("\"{}\" is an address where a name is due", text)};
    return base::NormalizeHostName(text);
  };
  Codec<std::string> codec = FromText<std::string>("host name", "", parse, kAsIs);
  codec.write = [](const std::string& text) { return text.empty() ? "" : Quote(text); };
  return codec;
}

Codec<std::string> HostNameOrAddress() {
  const auto parse = [](const std::string& text) -> Result<std::string> {
    if (const auto address = IpAddress::Parse(text)) return address->ToString();
    return base::NormalizeHostName(text);
  };
  return FromText<std::string>("host name or address", "", parse, kAsIs);
}

Codec<std::string> HttpUrl() {
  return UrlOf({"http://", "https://"}, "http or https", "https://watch.example.com");
}

Codec<std::string> HttpsUrl() {
  return UrlOf({"https://"}, "https", "https://dns.quad9.net/dns-query");
}

Codec<Duration> DurationBetween(Duration least, Duration most) {
  const auto parse = [=](const std::string& text) { return ParseBetween(text, least, most); };
  return FromText<Duration>("duration", RangeText(least, most), parse, base::FormatDuration);
}

Codec<Duration> TtlBetween(Duration least, Duration most) {
  const auto parse = [=](const std::string& text) -> Result<Duration> {
    auto duration = ParseBetween(text, least, most);
    if (duration && *duration % std::chrono::seconds(1) != Duration::zero()) {
      return Error{fmt::format("\"{}\" is not whole seconds, in which DNS counts TTLs", text)};
    }
    return duration;
  };
  return FromText<Duration>("duration", RangeText(least, most) + ", whole seconds", parse, base::FormatDuration);
}

Codec<int> IntegerBetween(int least, int most) {
  const auto read = [=](const Node& node, Errors& errors) -> std::optional<int> {
    const std::int64_t value = std::get<std::int64_t>(node.value);
    if (value >= least && value <= most) return static_cast<int>(value);
    errors.Add(node.at, fmt::format("{} is not from {} to {}", value, least, most));
    return std::nullopt;
  };
  return {"integer", "integer", fmt::format("{} to {}", least, most), read,
          [](int value) { return std::to_string(value); }};
}

Codec<IpAddress> Address() {
  return FromText<IpAddress>("address", "", IpAddress::Parse, [](const IpAddress& value) { return value.ToString(); });
}

Codec<std::optional<IpAddress>> SourceAddress() {
  const Codec<IpAddress> inner = Address();
  using Optional = std::optional<IpAddress>;
  const auto read = [=](const Node& node, Errors& errors) -> std::optional<Optional> {
    const Optional address = inner.read(node, errors);
    if (!address) return std::nullopt;
    return address->IsUnspecified() ? Optional() : address;
  };
  const auto write = [=](const Optional& address) { return address ? inner.write(*address) : ""; };
  return {inner.kind, inner.type, inner.range, read, write};
}

Codec<Endpoint> ListenAddress(std::uint16_t default_port) {
  const auto parse = [=](const std::string& text) { return Endpoint::Parse(text, default_port); };
  const auto format = [](const Endpoint& endpoint) { return endpoint.ToString(); };
  return FromText<Endpoint>("address", fmt::format("port {} unless it has one", default_port), parse, format);
}

Codec<Endpoint> ServerAddress(std::uint16_t default_port) {
  const auto parse = [=](const std::string& text) -> Result<Endpoint> {
    auto endpoint = Endpoint::Parse(text, default_port);
    if (endpoint && endpoint->address.IsUnspecified()) {
      return Error{fmt::format("\"{}\" is the address of no server", text)};
    }
    return endpoint;
  };
  const auto format = [=](const Endpoint& endpoint) { return endpoint.ToString(default_port); };
  return FromText<Endpoint>("address", fmt::format("port {} unless it has one", default_port), parse, format);
}

Codec<IpPrefix> Network() {
  const auto format = [](const IpPrefix& prefix) {
    const bool whole = static_cast<std::size_t>(prefix.length) == prefix.address.size() * 8;
    return whole ? prefix.address.ToString() : prefix.ToString();
  };
  return FromText<IpPrefix>("address or network", "", IpPrefix::Parse, format);
}

Codec<std::map<std::string, std::string>> Labels(std::vector<std::string> taken) {
  using Map = std::map<std::string, std::string>;
  const auto read = [=](const Node& node, Errors& errors) -> std::optional<Map> {
    Map labels;
    for (const Member& member : std::get<Table>(node.value)) {
      const std::string name = base::Printable(member.key, 100);
      if (!IsLabelName(member.key)) {
        errors.Add(member.at, fmt::format("\"{}\" is not a label name: letters, digits and \"_\" only", name));
      } else if (std::ranges::find(taken, member.key) != taken.end()) {
        errors.Add(member.at, fmt::format("\"{}\" is a label that the metrics set themselves", name));
      } else if (TypeName(member.node) != "string") {
        errors.Add(member.node.at, WrongType(member.node, "string"));
      } else if (const auto text = ReadText(member.node); !text) {
        errors.Add(member.node.at, text.error().what);
      } else {
        labels[member.key] = *text;
      }
    }
    return labels;
  };
  const auto write = [](const Map& labels) -> std::string {
    std::vector<std::string> pairs;
    for (const auto& [name, value] : labels) pairs.push_back(fmt::format("{} = {}", name, Quote(value)));
    return pairs.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(pairs, ", "));
  };
  return {"table", "table of strings", fmt::format("not {}", fmt::join(taken, ", ")), read, write};
}

}  // namespace dialwatch::config
