#include "probes/sip/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/printable.h"

namespace dialwatch::probes {
namespace {

using base::Error;

constexpr std::string_view kVersion = "SIP/2.0";
constexpr std::uint32_t kMaxCseq = 0x7FFFFFFF;  // RFC 3261 §8.1.1.5: below 2^31

// RFC 3261 §7.3.3, RFC 4028 §4 and §5 (x), RFC 3515 §2.1 (r), RFC 3892 §7.1 (b), RFC 6665 §8.2.1 (o).
constexpr std::pair<char, std::string_view> kCompact[] = {
    {'b', "Referred-By"}, {'c', "Content-Type"},   {'e', "Content-Encoding"}, {'f', "From"},
    {'i', "Call-ID"},     {'k', "Supported"},      {'l', "Content-Length"},   {'m', "Contact"},
    {'o', "Event"},       {'r', "Refer-To"},       {'s', "Subject"},          {'t', "To"},
    {'v', "Via"},         {'x', "Session-Expires"}};

std::string LongName(std::string_view name) {
  if (name.size() == 1) {
    for (const auto& [compact, full] : kCompact) {
      if (SipEqual(name, std::string_view(&compact, 1))) return std::string(full);
    }
  }
  return std::string(name);
}

// The text up to the next CRLF, which `rest` then begins behind.
base::Result<std::string_view> TakeLine(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  if (end == std::string_view::npos || rest.substr(end, 2) == "\r") return Error{"it ends within its headers"};
  if (rest.substr(end, 2) != "\r\n") return Error{"a line does not end with CR and LF"};
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

bool IsFolded(std::string_view rest) {
  return rest.starts_with(' ') || rest.starts_with('\t');
}

// A header with the lines that it goes on over (§7.3.1), or nothing for the empty line.
base::Result<std::optional<SipHeader>> TakeHeader(std::string_view& rest) {
  const auto first = TakeLine(rest);
  if (!first) return first.error();
  if (first->empty()) return std::optional<SipHeader>();
  std::string line(*first);
  while (IsFolded(rest)) {  // at most a message of them
    const auto more = TakeLine(rest);
    if (!more) return more.error();
    line.append(" ").append(SipTrim(*more));
  }
  if (line.size() > kMaxSipLine) return Error{fmt::format("a header is longer than {} octets", kMaxSipLine)};
  const std::size_t colon = line.find(':');
  const std::string_view name = SipTrim(std::string_view(line).substr(0, std::min(colon, line.size())));
  if (colon == std::string::npos || IsFolded(line) || !IsSipToken(name)) {
    return Error{fmt::format("\"{}\" is no header", base::Printable(line, 60))};
  }
  return std::optional<SipHeader>({LongName(name), std::string(SipTrim(std::string_view(line).substr(colon + 1)))});
}

base::Result<SipMessage> ReadStatusLine(std::string_view line) {
  SipMessage message;
  line.remove_prefix(kVersion.size());
  const auto status = SipNumber(line.substr(std::min<std::size_t>(line.size(), 1), 3));
  if (!line.starts_with(' ') || !status || *status < 100 || *status > 699 || (line.size() > 4 && line[4] != ' ')) {
    return Error{"its status is not between 100 and 699"};
  }
  message.status = static_cast<int>(*status);
  message.reason = SipTrim(line.substr(4));
  return message;
}

base::Result<SipMessage> ReadStartLine(std::string_view line) {
  if (line.size() > kMaxSipLine) return Error{fmt::format("its first line is longer than {} octets", kMaxSipLine)};
  if (SipEqual(line.substr(0, kVersion.size()), kVersion)) return ReadStatusLine(line);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !SipEqual(line.substr(last + 1), kVersion)) {
    return Error{fmt::format("it is not SIP: it begins with \"{}\"", base::Printable(line, 60))};
  }
  SipMessage message;
  message.method = line.substr(0, first);
  message.uri = line.substr(first + 1, last - first - 1);
  if (!IsSipToken(message.method)) return Error{"its method is no token"};
  if (!IsSipUriText(message.uri)) return Error{"its request URI cannot be read"};
  return message;
}

// The one header of this name; two that differ could be read one way here and another there.
base::Result<std::string_view> FindOne(const SipMessage& message, std::string_view name) {
  const auto lines = message.FindLines(name);
  if (lines.empty()) return Error{fmt::format("it has no {}", name)};
  if (lines.size() > 1) return Error{fmt::format("it has more than one {}", name)};
  return lines.front();
}

base::Result<std::string> ReadTag(const SipMessage& message, std::string_view name) {
  const auto value = FindOne(message, name);
  if (!value) return value.error();
  const auto address = ReadSipNameAddress(*value);
  if (!address) return Error{fmt::format("its {} cannot be read", name)};
  return std::string(FindSipParameter(address->parameters, "tag").value_or(""));
}

base::Status ReadCseq(const SipMessage& message, SipIds& ids) {
  const auto value = FindOne(message, "CSeq");
  if (!value) return value.error();
  const std::size_t space = std::min(value->find_first_of(" \t"), value->size());
  const auto number = SipNumber(value->substr(0, space));
  ids.method = SipTrim(value->substr(space));
  if (!number || *number > kMaxCseq || !IsSipToken(ids.method)) return Error{"its CSeq cannot be read"};
  if (!message.is_response() && ids.method != message.method) return Error{"its CSeq names another method"};
  ids.cseq = *number;
  return {};
}

base::Status ReadVias(const SipMessage& message, SipIds& ids) {
  const auto vias = message.FindAll("Via");
  if (vias.empty()) return Error{"it has no Via"};
  auto via = ReadSipVia(vias.front());
  if (!via) return Error{"its Via cannot be read"};
  ids.via = *std::move(via);
  ids.vias = vias.size();
  return {};
}

// No part of a Call-ID may hold them (RFC 3261 §25.1, word); elsewhere they may stand in a quoted string.
bool HasControls(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; });
}

base::Result<SipIds> ReadIds(const SipMessage& message) {
  SipIds ids;
  if (const auto read = ReadVias(message, ids); !read) return read.error();
  const auto call_id = FindOne(message, "Call-ID");
  if (!call_id) return call_id.error();
  if (call_id->empty()) return Error{"its Call-ID is empty"};
  if (HasControls(*call_id)) return Error{"its Call-ID holds control characters"};
  ids.call_id = *call_id;
  auto from_tag = ReadTag(message, "From");
  if (!from_tag) return from_tag.error();
  auto to_tag = ReadTag(message, "To");
  if (!to_tag) return to_tag.error();
  ids.from_tag = *std::move(from_tag);
  ids.to_tag = *std::move(to_tag);
  if (const auto read = ReadCseq(message, ids); !read) return read.error();
  return ids;
}

base::Result<std::optional<std::size_t>> ContentLength(const SipMessage& message) {
  std::optional<std::size_t> length;
  for (const std::string_view value : message.FindLines("Content-Length")) {
    const auto number = SipNumber(value);
    if (!number) return Error{fmt::format("its Content-Length \"{}\" is no number", base::Printable(value, 30))};
    if (length && *length != *number) return Error{"it has two Content-Lengths that differ"};
    if (*number > kMaxSipMessage) return Error{fmt::format("its Content-Length {} is too large", *number)};
    length = *number;
  }
  return length;
}

// Headers up to and with the empty line.
base::Status TakeHeaders(std::string_view& rest, SipMessage& message) {
  for (;;) {
    auto header = TakeHeader(rest);
    if (!header) return header.error();
    if (!*header) return {};
    if (message.headers.size() == kMaxSipHeaders) return Error{fmt::format("it has over {} headers", kMaxSipHeaders)};
    message.headers.push_back(**std::move(header));
  }
}

std::string OneLine(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return line;
}

}  // namespace

std::optional<std::string_view> SipMessage::Find(std::string_view name) const {
  for (const SipHeader& header : headers) {
    if (SipEqual(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::vector<std::string_view> SipMessage::FindLines(std::string_view name) const {
  std::vector<std::string_view> lines;
  for (const SipHeader& header : headers) {
    if (SipEqual(header.name, name)) lines.emplace_back(header.value);
  }
  return lines;
}

std::vector<std::string_view> SipMessage::FindAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const std::string_view line : FindLines(name)) {
    const auto pieces = SplitSip(line, ',');
    if (!pieces) continue;
    values.insert(values.end(), pieces->begin(), pieces->end());
  }
  return values;
}

SipMessage& SipMessage::Add(std::string_view name, std::string_view value) {
  headers.push_back({std::string(name), std::string(value)});
  return *this;
}

base::Result<SipArrival> ReadSipMessage(std::string_view rest) {
  if (rest.size() > kMaxSipMessage) return Error{fmt::format("it is longer than {} octets", kMaxSipMessage)};
  while (rest.starts_with("\r\n")) rest.remove_prefix(2);  // §7.5
  const auto line = TakeLine(rest);
  if (!line) return line.error();
  auto message = ReadStartLine(*line);
  if (!message) return message.error();
  if (const auto taken = TakeHeaders(rest, *message); !taken) return taken.error();
  const auto length = ContentLength(*message);
  if (!length) return length.error();
  if (*length && **length > rest.size()) {
    return Error{fmt::format("its Content-Length is {}, but {} octets follow", **length, rest.size())};
  }
  message->body = rest.substr(0, length->value_or(rest.size()));
  auto ids = ReadIds(*message);
  if (!ids) return ids.error();
  return SipArrival{*std::move(message), *std::move(ids)};
}

std::string WriteSipMessage(const SipMessage& message) {
  std::string text = message.is_response()
                         ? fmt::format("{} {} {}\r\n", kVersion, message.status, OneLine(message.reason))
                         : fmt::format("{} {} {}\r\n", OneLine(message.method), OneLine(message.uri), kVersion);
  for (const SipHeader& header : message.headers) {
    if (SipEqual(header.name, "Content-Length")) continue;
    text += fmt::format("{}: {}\r\n", OneLine(header.name), OneLine(header.value));
  }
  return text + fmt::format("Content-Length: {}\r\n\r\n{}", message.body.size(), message.body);
}

base::Result<std::optional<std::size_t>> ReadSipContentLength(std::string_view head) {
  SipMessage message;
  const auto line = TakeLine(head);
  if (!line) return line.error();
  if (const auto taken = TakeHeaders(head, message); !taken) return taken.error();
  return ContentLength(message);
}

}  // namespace dialwatch::probes
