#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "probes/record/complete.h"

// How the types of samples are told to the codec: a table for each, which both directions use. A table that lacks a
// field or names one twice does not compile.
namespace dialwatch::probes::record {

// A member of `Owner` and its key in the recording, with its unit where the type does not show it.
template <typename Owner, typename Value>
struct Field {
  constexpr Field(std::string_view its_key, Value Owner::*its_member, bool is_required = false)
      : key(its_key), member(its_member), required(is_required) {}

  std::string_view key;
  Value Owner::*member;
  bool required;  // always written, and demanded; others are left out where they are as in a new `Owner`
};

template <typename Owner, typename Value>
constexpr Field<Owner, Value> Required(std::string_view key, Value Owner::*member) {
  return {key, member, true};
}

// Specialized for each aggregate: a std::tuple of its fields.
template <typename T>
inline constexpr std::nullptr_t kFields = nullptr;

template <typename T>
concept Described = !std::is_same_v<std::remove_const_t<decltype(kFields<T>)>, std::nullptr_t>;

namespace detail {

template <typename Owner, typename A, typename B>
constexpr bool Clash(const Field<Owner, A>& a, const Field<Owner, B>& b) {
  if constexpr (std::is_same_v<A, B>) {
    if (a.member == b.member) return true;
  }
  return a.key == b.key;
}

template <typename Table, std::size_t... Each>
constexpr bool ClashesWith(const Table& table, const auto& field, std::index_sequence<Each...>) {
  return ((Clash(field, std::get<Each>(table)) ? 1 : 0) + ... + 0) != 1;  // with itself
}

}  // namespace detail

// Whether the table has each member of T once, and no key twice.
template <Described T>
consteval bool IsWhole() {
  constexpr auto kTable = kFields<T>;
  constexpr std::size_t kCount = std::tuple_size_v<std::remove_const_t<decltype(kTable)>>;
  if (kCount != FieldCount<T>()) return false;
  constexpr auto kEach = std::make_index_sequence<kCount>{};
  return std::apply([&](const auto&... field) { return !(detail::ClashesWith(kTable, field, kEach) || ...); }, kTable);
}

}  // namespace dialwatch::probes::record
