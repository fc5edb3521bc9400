// Between C++ values and SQL columns: ids, digests, times, enums, and the key under which a person
// is found. It exists so that every ledger_*.cpp spells "nothing" the same way: as NULL. Texts that
// hold structures are codec.hpp's.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/time.hpp"
#include "seal/digest.hpp"
#include "store/connection.hpp"

namespace limen::store {

// --- into parameters ---
template <class E>
requires std::is_enum_v<E> Value number_of(E e) { return Value(static_cast<std::int64_t>(e)); }
inline Value ms_of(Time t) { return Value(to_ms(t)); }
inline Value ms_or_null(const std::optional<Time>& t) { return t ? ms_of(*t) : Value(); }
inline Value id_or_null(const Id& id) { return id.is_nil() ? Value() : Value(id); }
inline Value digest_of(const seal::Digest& d) { return Value(BytesView(d)); }
inline Value digest_or_null(const seal::Digest& d) {
  return d == seal::Digest{} ? Value() : digest_of(d);
}
inline Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value();
}

// --- out of columns ---
template <std::size_t N>
void read_bytes(const Rows& rows, int column, std::array<std::uint8_t, N>& into) {
  const BytesView bytes = rows.blob(column);
  if (bytes.empty()) return;  // NULL: nil
  if (bytes.size() != N)
    throw StoreError(StoreError::Cause::other, "a column holds bytes of a wrong length");
  std::copy(bytes.begin(), bytes.end(), into.begin());
}
inline Id id_at(const Rows& rows, int column) {
  Id id;
  read_bytes(rows, column, id.bytes);
  return id;
}
inline seal::Digest digest_at(const Rows& rows, int column) {
  seal::Digest digest{};
  read_bytes(rows, column, digest);
  return digest;
}
inline Time time_at(const Rows& rows, int column) { return from_ms(rows.number(column)); }
inline std::optional<Time> time_or_none(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return time_at(rows, column);
}
inline std::string text_at(const Rows& rows, int column) { return std::string(rows.text(column)); }
template <class T>
T number_at(const Rows& rows, int column) {
  return static_cast<T>(rows.number(column));
}

// The first 8 bytes of SHA-256(tenant || address): a small index key for what is looked up by
// person. Two people may share one; the address is compared after the row is found.
std::int64_t person_key(const Id& tenant, std::string_view email);

// Above every other id, so that the first page of a list that goes down has a cursor too.
inline constexpr Id last_id = [] {
  Id id;
  id.bytes.fill(0xFF);
  return id;
}();

// As LIMIT: never negative, never everything by accident.
inline Value limit_of(std::size_t limit) {
  return Value(static_cast<std::int64_t>(std::min<std::size_t>(limit, 1'000'000)));
}

}  // namespace limen::store
