#include "probes/record/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace dialwatch::probes::record {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void AppendUtf8(std::uint32_t code, std::string& out) {
  const auto append = [&](std::uint32_t octet) { out += static_cast<char>(static_cast<std::uint8_t>(octet)); };
  if (code < 0x80) return append(code);
  if (code < 0x800) {
    append(0xC0U | code >> 6U);
  } else if (code < 0x10000) {
    append(0xE0U | code >> 12U);
    append(0x80U | (code >> 6U & 0x3FU));
  } else {
    append(0xF0U | code >> 18U);
    append(0x80U | (code >> 12U & 0x3FU));
    append(0x80U | (code >> 6U & 0x3FU));
  }
  append(0x80U | (code & 0x3FU));
}

}  // namespace

bool JsonReader::Fail(std::string why) {
  if (error_.empty()) error_ = std::move(why);
  return false;
}

char JsonReader::Peek() {
  while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
  return at_ < text_.size() ? text_[at_] : '\0';
}

bool JsonReader::Open(char bracket) {
  if (!ok()) return false;
  if (Peek() != bracket) return Fail(fmt::format("'{}' is due here", bracket));
  ++at_;
  return true;
}

bool JsonReader::Close(char bracket, bool first) {
  if (!ok()) return true;
  const char next = Peek();
  if (next == bracket) {
    ++at_;
    return true;
  }
  if (first) return false;
  if (next != ',') return !Fail(fmt::format("',' or '{}' is due here", bracket));
  ++at_;
  return false;
}

bool JsonReader::Key(std::string_view& out) {
  if (!Word(out)) return false;
  if (Peek() != ':') return Fail("':' is due here");
  ++at_;
  return true;
}

bool JsonReader::Word(std::string_view& out) {
  if (!ok()) return false;
  if (Peek() != '"') return Fail("a string is due here");
  const std::size_t end = text_.find('"', at_ + 1);
  if (end == std::string_view::npos) return Fail("a string without an end");
  out = text_.substr(at_ + 1, end - at_ - 1);
  if (out.find('\\') != std::string_view::npos) return Fail("no escape is due in this string");
  at_ = end + 1;
  return true;
}

bool JsonReader::Text(std::string& out) {
  if (!ok()) return false;
  if (Peek() == '{') return Hex(out);
  if (Peek() != '"') return Fail("a string is due here");
  out.clear();
  for (++at_; at_ < text_.size();) {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 32) {
      ++at_;
    }
    out.append(text_, from, at_ - from);
    if (at_ == text_.size()) break;
    const char special = text_[at_];
    if (special == '"') {
      ++at_;
      return true;
    }
    if (special != '\\') return Fail("a control character in a string");
    if (!Escape(out)) return false;
  }
  return Fail("a string without an end");
}

bool JsonReader::Escape(std::string& out) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  const char kind = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  if (const auto which = kEscapes.find(kind); which != std::string_view::npos) {
    out += kMeanings[which];
    at_ += 2;
    return true;
  }
  std::uint32_t code = 0;
  if (!CodeUnit(code)) return false;
  if (code >= 0xDC00 && code < 0xE000) return Fail("half a surrogate pair");
  if (code >= 0xD800 && code < 0xDC00) {
    std::uint32_t low = 0;
    if (!CodeUnit(low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return Fail("half a surrogate pair");
    code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
  }
  AppendUtf8(code, out);
  return true;
}

bool JsonReader::CodeUnit(std::uint32_t& out) {
  if (text_.size() - at_ < 6 || text_.substr(at_, 2) != "\\u") return Fail("an escape that JSON does not have");
  for (std::size_t i = 2; i < 6; ++i) {
    const int digit = HexDigit(text_[at_ + i]);
    if (digit < 0) return Fail("an escape that JSON does not have");
    out = out * 16 + static_cast<std::uint32_t>(digit);
  }
  at_ += 6;
  return true;
}

bool JsonReader::Hex(std::string& out) {
  out.clear();
  return Object([&](std::string_view key) {
    std::string_view digits;
    if (key != "hex") return Fail("a string, or {\"hex\": …}, is due here");
    if (!Word(digits)) return false;
    if (digits.size() % 2 != 0) return Fail("hex digits come in pairs");
    out.clear();
    for (std::size_t i = 0; i < digits.size(); i += 2) {
      const int high = HexDigit(digits[i]), low = HexDigit(digits[i + 1]);
      if (high < 0 || low < 0) return Fail("hex digits are due here");
      out += static_cast<char>(static_cast<std::uint8_t>(high * 16 + low));
    }
    return true;
  });
}

bool JsonReader::Bool(bool& out) {
  if (!ok()) return false;
  Peek();
  for (const bool value : {true, false}) {
    const std::string_view word = value ? "true" : "false";
    if (text_.substr(at_, word.size()) != word) continue;
    at_ += word.size();
    out = value;
    return true;
  }
  return Fail("true or false is due here");
}

// The characters that a number may have (RFC 8259 §6).
std::string_view JsonReader::Digits() {
  Peek();
  const std::size_t end = std::min(text_.find_first_not_of("+-.0123456789eE", at_), text_.size());
  return text_.substr(at_, end - at_);
}

template <typename Value>
bool JsonReader::Parse(Value& out, const char* what) {
  if (!ok()) return false;
  const std::string_view digits = Digits();
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size()) return Fail(what);
  at_ += digits.size();
  return true;
}

bool JsonReader::Integer(std::int64_t& out) {
  return Parse(out, "an integer is due here");
}

bool JsonReader::Unsigned(std::uint64_t& out) {
  return Parse(out, "an integer from 0 on is due here");
}

bool JsonReader::Number(double& out) {
  return Parse(out, "a number is due here");
}

bool JsonReader::End() {
  if (!ok()) return false;
  return Peek() == '\0' && at_ == text_.size() ? true : Fail("there is more behind the end");
}

}  // namespace dialwatch::probes::record
