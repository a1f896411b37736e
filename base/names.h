#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace dialwatch::base {

namespace detail {

template <auto kValue>
constexpr bool IsEnumerator() {
  // "[with auto kValue = Outcome::kTimeout]", or "= (Outcome)7" where there is none of that value
  const std::string_view name = __PRETTY_FUNCTION__;
  return name[name.rfind("= ") + 2] != '(';
}

template <typename Enum, std::size_t kLeast = 0>
consteval std::size_t EnumeratorCount() {
  if constexpr (IsEnumerator<static_cast<Enum>(kLeast)>()) {
    return EnumeratorCount<Enum, kLeast + 1>();
  } else {
    return kLeast;
  }
}

template <std::size_t kCount>
consteval bool AllDiffer(const std::array<std::string_view, kCount>& names) {
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

}  // namespace detail

// An enumeration that counts up from zero, beside which its names stand in its order, once for all who write or read
// it:
//   constexpr std::array<std::string_view, 2> NamesOf(Outcome /*type only*/) { return {"answered", "timeout"}; }
template <typename Enum>
concept Named = std::is_enum_v<Enum> && requires(Enum value) {
  NamesOf(value);
};

// Does not compile where an enumerator has no name, or two have the same.
template <Named Enum>
constexpr std::string_view NameOf(Enum value) {
  constexpr auto kNames = NamesOf(Enum{});
  static_assert(kNames.size() == detail::EnumeratorCount<Enum>(), "each enumerator needs a name");
  static_assert(detail::AllDiffer(kNames), "each enumerator needs a name of its own");
  return kNames[static_cast<std::size_t>(value)];
}

}  // namespace dialwatch::base
