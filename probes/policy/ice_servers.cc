#include "probes/policy/ice_servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/lower.h"

namespace dialwatch::probes {
namespace {

using base::Lower;

constexpr std::size_t kMostText = 300;  // octets of a server as written; a host name has at most 253

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '.' || c == '-';
}

bool IsOneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool IsTransport(std::string_view query) {
  return query == "?transport=udp" || query == "?transport=tcp";
}

// The text without who logs in ("turn:user:password@host"), and without what is no part of a URI and may be a secret.
std::string WithoutSecrets(std::string_view written) {
  const std::size_t body = written.find_first_of(":=") + 1;
  std::string text(written);
  if (const std::size_t at = text.rfind('@'); at != std::string::npos && at >= body) text.erase(body, at + 1 - body);
  const std::size_t query = text.find('?', body);
  if (query != std::string::npos && !IsTransport(Lower(text.substr(query)))) text.erase(query);
  const std::size_t host = text.find(']', body);
  const std::size_t port = text.find(':', host == std::string::npos ? body : host);
  if (port == std::string::npos) return text;
  const std::size_t end = text.find_first_not_of("0123456789", port + 1);
  if (end != std::string::npos && text[end] != '?') text.erase(end == port + 1 ? port : end);
  return text;
}

// Collects servers by where they stand; the same one counts once.
class Found {
 public:
  // `uri` is what is to be read, `written` what stands there.
  void Add(std::size_t at, std::string_view written, std::string_view uri) {
    const std::string text = WithoutSecrets(written.substr(0, kMostText));
    const auto known = index_.find(text);
    if (known != index_.end()) {
      auto& [first, server] = servers_[known->second];
      first = std::min(first, at);
      ++server.times;
    } else if (servers_.size() >= IceServers::kMost) {
      cut_ = true;
    } else {
      IceServer server;
      server.text = text;
      if (auto read = config::ParseIceUri(WithoutSecrets(uri.substr(0, kMostText)))) {
        server.uri = *std::move(read);
      } else {
        server.error = read.error().what;
      }
      index_.emplace(text, servers_.size());
      servers_.emplace_back(at, std::move(server));
    }
  }

  IceServers Take(std::string_view text) {
    std::ranges::sort(servers_, {}, [](const auto& each) { return each.first; });
    IceServers result;
    result.cut = cut_;
    std::size_t line = 1, line_start = 0;
    for (auto& [at, server] : servers_) {
      for (std::size_t end = 0; (end = text.find('\n', line_start)) < at; line_start = end + 1) ++line;
      server.line = line;
      server.column = at - line_start + 1;
      result.found.push_back(std::move(server));
    }
    return result;
  }

 private:
  std::vector<std::pair<std::size_t, IceServer>> servers_;
  std::map<std::string, std::size_t> index_;  // by text
  bool cut_ = false;
};

class Scanner {
 public:
  Scanner(std::string_view text, Syntax syntax) : text_(text), lower_(Lower(text)), syntax_(syntax) {}

  IceServers Scan() {
    ScanUris();
    if (syntax_ != Syntax::kScript) ScanAddresses();
    return found_.Take(text_);
  }

 private:
  // What stands before a URI makes it one: a string begins, a list goes on, or it stands for itself.
  enum class Start : std::uint8_t { kNone, kString, kList, kBare };

  void ScanUris() {
    for (std::size_t colon = 0; (colon = lower_.find(':', colon)) != std::string::npos; ++colon) {
      const std::size_t at = SchemeBefore(colon);
      if (at == colon) continue;
      const Start start = StartAt(at);
      if (start == Start::kNone) continue;
      const std::size_t end = EndOfToken(colon + 1);
      if (!IsServer(start, colon + 1, end)) continue;
      const std::string_view written = text_.substr(at, end - at);
      found_.Add(at, written, written);
      list_end_ = EndOfSeparators(end);
      colon = end - 1;
    }
  }

  // Where the scheme begins that ends at `colon`; `colon` where none does.
  std::size_t SchemeBefore(std::size_t colon) const {
    for (const std::string_view scheme : {"stun", "turn", "stuns", "turns"}) {
      if (colon < scheme.size() || lower_.compare(colon - scheme.size(), scheme.size(), scheme) != 0) continue;
      const std::size_t at = colon - scheme.size();
      // "\nstun:" in the strings of a dump ends in a letter
      const bool escaped = at > 1 && lower_[at - 2] == '\\' && IsOneOf(lower_[at - 1], "nrt");
      if (at == 0 || escaped || !IsWord(lower_[at - 1])) return at;
    }
    return colon;
  }

  Start StartAt(std::size_t at) const {
    if (at == list_end_) return Start::kList;
    if (at == 0) return Start::kBare;
    const char before = lower_[at - 1];
    if (IsOneOf(before, "\"'`")) return Start::kString;
    constexpr std::array<std::string_view, 5> kQuotes{"&quot;", "&#34;", "&#39;", "&apos;", "&#x27;"};
    const std::string_view head = std::string_view(lower_).substr(0, at);
    if (std::ranges::any_of(kQuotes, [&](std::string_view quote) { return head.ends_with(quote); }))
      return Start::kString;
    // in a script, "turn:" behind a blank or a comma may be a label or the name of a member
    return IsOneOf(before, syntax_ == Syntax::kScript ? ">=" : " \t\r\n>=,;|nrt") ? Start::kBare : Start::kNone;
  }

  std::size_t EndOfToken(std::size_t from) const {
    const std::size_t most = std::min(from + kMostText, text_.size());
    bool braced = false, bracketed = false;
    std::size_t end = from;
    for (; end < most; ++end) {
      const auto c = static_cast<unsigned char>(text_[end]);
      if (c <= ' ' || c == 0x7F || IsOneOf(text_[end], "\"'`<>\\,;|&()*#^")) break;
      if ((c == '}' && !braced) || (c == ']' && !bracketed)) break;
      if (c == '{' || c == '}') braced = c == '{';
      if (c == '[' || c == ']') bracketed = c == '[';
    }
    while (end > from && IsOneOf(text_[end - 1], ".:")) --end;  // "stun:host:" + port
    return end;
  }

  // Words behind a colon, such as the "stun:enabled" of a settings key, and the "stun:" that a script compares with
  // name no server.
  bool IsServer(Start start, std::size_t from, std::size_t end) const {
    const std::string_view body = text_.substr(from, end - from);
    if (body.find_first_of(".[:$%{") == std::string_view::npos || IsOneOf(body[0], "?=!")) return false;
    if (body.starts_with('/') && (!body.starts_with("//") || body.size() < 3)) return false;
    if (start != Start::kBare || end == text_.size()) return true;
    return IsOneOf(text_[end], syntax_ == Syntax::kScript ? " \t\r\n<\"'>" : " \t\r\n<\"',;|&\\");
  }

  std::size_t EndOfSeparators(std::size_t from) const {
    while (from < text_.size() && IsOneOf(text_[from], " \t\r\n,;|")) ++from;
    return from;
  }

  void ScanAddresses() {
    for (std::size_t at = 0; (at = lower_.find("addr", at)) != std::string::npos; at += 4) {
      if (at < 4) continue;
      const std::string_view kind = std::string_view(lower_).substr(at - 4, 4);
      const bool known = kind == "stun" || kind == "turn";
      const bool escaped = at > 5 && lower_[at - 6] == '\\' && IsOneOf(lower_[at - 5], "nrt");
      if (!known || (at > 4 && !escaped && IsWord(lower_[at - 5]))) continue;
      std::size_t value = SkipBlanks(at + 4);
      if (value == text_.size() || text_[value] != '=') continue;
      if (++value < text_.size() && text_[value] == '>') ++value;
      value = SkipBlanks(value);
      const std::size_t end = EndOfToken(value);
      const std::string_view host = text_.substr(value, end - value);
      if (host.empty() || HasScheme(host)) continue;  // a URI has been found already
      found_.Add(at - 4, fmt::format("{}addr={}", kind, host), fmt::format("{}:{}", kind, host));
    }
  }

  static bool HasScheme(std::string_view host) {
    const std::string lower = Lower(host.substr(0, 6));
    return lower.starts_with("stun:") || lower.starts_with("turn:") || lower.starts_with("stuns:") ||
           lower.starts_with("turns:");
  }

  std::size_t SkipBlanks(std::size_t from) const {
    while (from < text_.size() && IsOneOf(text_[from], " \t")) ++from;
    return from;
  }

  const std::string_view text_;
  const std::string lower_;
  const Syntax syntax_;
  std::size_t list_end_ = std::string::npos;  // where a list of servers may go on
  Found found_;
};

}  // namespace

IceServers ExtractIceServers(const std::string& text, Syntax syntax) {
  return Scanner(WithoutComments(text, syntax), syntax).Scan();
}

}  // namespace dialwatch::probes
