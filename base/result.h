#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace dialwatch::base {

// Why something in our own hands failed, in the words of the person who reads it: who, what, why, and what to do.
struct Error {
  std::string what;
};

// A value or the Error that stood in its way. What fails in *their* hands (a timeout, a SERVFAIL) is no Error but an
// outcome on the Sample. Thread safety: as that of T.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return held_.index() == 0; }

  T& operator*() & { return *std::get_if<0>(&held_); }
  const T& operator*() const& { return *std::get_if<0>(&held_); }
  T operator*() && { return std::move(*std::get_if<0>(&held_)); }  // no reference into a temporary: `for (x : *F())`
  T* operator->() { return std::get_if<0>(&held_); }
  const T* operator->() const { return std::get_if<0>(&held_); }

  // Only where the result is not a value.
  const Error& error() const {
    assert(held_.index() == 1);
    return *std::get_if<1>(&held_);
  }

 private:
  std::variant<T, Error> held_;
};

// Success has nothing to say: `return {};`.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  explicit operator bool() const { return !error_; }
  const Error& error() const {
    assert(error_);
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace dialwatch::base
