#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

// What the compiler knows of a type, so that a table which leaves something out does not compile.
namespace dialwatch::probes::record {

namespace detail {

struct Anything {
  template <typename T>
  operator T() const;
};

template <typename T, std::size_t... Each>
constexpr bool CanHold(std::index_sequence<Each...>) {
  return requires {
    T{(static_cast<void>(Each), Anything{})...};
  };
}

template <auto kValue>
constexpr bool IsEnumerator() {
  // "[with auto kValue = Outcome::kTimeout]", or "= (Outcome)7" where there is none of that value
  const std::string_view name = __PRETTY_FUNCTION__;
  return name[name.rfind("= ") + 2] != '(';
}

}  // namespace detail

// How many members an aggregate has.
template <typename T, std::size_t kLeast = 0>
consteval std::size_t FieldCount() {
  if constexpr (detail::CanHold<T>(std::make_index_sequence<kLeast + 1>{})) {
    return FieldCount<T, kLeast + 1>();
  } else {
    return kLeast;
  }
}

// How many enumerators an enumeration has that counts up from zero.
template <typename Enum, std::size_t kLeast = 0>
consteval std::size_t EnumeratorCount() {
  if constexpr (detail::IsEnumerator<static_cast<Enum>(kLeast)>()) {
    return EnumeratorCount<Enum, kLeast + 1>();
  } else {
    return kLeast;
  }
}

}  // namespace dialwatch::probes::record
