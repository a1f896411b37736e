#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dialwatch::probes::record {

// Reads one JSON text piece by piece, as the caller expects it: no tree is built, since a day's recording has half a
// million lines. The first thing that is wrong is kept with its place; from then on every call says false. Text of any
// kind is safe to give; nothing nests deeper than the caller goes. Thread safety: none. The text must outlive it.
class JsonReader {
 public:
  static constexpr std::size_t kMostElements = 10'000;  // of an array

  explicit JsonReader(std::string_view text) : text_(text) {}

  // Calls `read(key)` for each member, which reads its value. Keys with escapes are given as they are written.
  template <typename Read>
  bool Object(Read read) {
    if (!Open('{')) return false;
    for (bool first = true; !Close('}', first); first = false) {
      std::string_view key;
      if (!Key(key) || !read(key)) return false;
    }
    return ok();
  }

  // Calls `read()` for each element, which reads it.
  template <typename Read>
  bool Array(Read read) {
    if (!Open('[')) return false;
    std::size_t count = 0;
    for (bool first = true; !Close(']', first); first = false) {
      if (++count > kMostElements) return Fail("a list is too long");
      if (!read()) return false;
    }
    return ok();
  }

  bool Text(std::string& out);
  // A string without escapes, as a part of the text.
  bool Word(std::string_view& out);
  bool Bool(bool& out);
  bool Integer(std::int64_t& out);
  bool Unsigned(std::uint64_t& out);
  bool Number(double& out);
  // Nothing but blanks is left.
  bool End();

  bool Fail(std::string why);  // false
  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }
  std::size_t column() const { return at_ + 1; }  // of the error, in octets, from 1

 private:
  char Peek();  // behind blanks; NUL at the end
  bool Open(char bracket);
  bool Close(char bracket, bool first);  // also after a failure
  bool Key(std::string_view& out);
  bool Escape(std::string& out);
  bool CodeUnit(std::uint32_t& out);
  bool Hex(std::string& out);
  std::string_view Digits();
  template <typename Value>
  bool Parse(Value& out, const char* what);

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace dialwatch::probes::record
