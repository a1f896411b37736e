#pragma once

#include <cstddef>
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

}  // namespace dialwatch::probes::record
