#include "base/natural_order.h"

#include <algorithm>
#include <compare>

namespace dialwatch::base {
namespace {

constexpr std::string_view kDigits = "0123456789";

// Takes the next piece off `text`: a number without its leading zeros, or one other character.
std::string_view TakePiece(std::string_view& text, bool& number) {
  const std::size_t digits = std::min(text.find_first_not_of(kDigits), text.size());
  number = digits > 0;
  std::string_view piece = text.substr(0, number ? digits : 1);
  text.remove_prefix(piece.size());
  if (number) piece.remove_prefix(std::min(piece.find_first_not_of('0'), piece.size()));
  return piece;
}

std::strong_ordering Compare(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    bool a_number = false, b_number = false;
    const std::string_view x = TakePiece(a, a_number), y = TakePiece(b, b_number);
    if (a_number != b_number) return a_number ? std::strong_ordering::less : std::strong_ordering::greater;
    if (x.size() != y.size()) return x.size() <=> y.size();  // only numbers have different lengths
    if (x != y) return x <=> y;
  }
  return a.size() <=> b.size();
}

}  // namespace

bool NaturalLess(std::string_view a, std::string_view b) {
  const auto order = Compare(a, b);
  return order == 0 ? a < b : order < 0;
}

void SortNames(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end(), NaturalLess);
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace dialwatch::base
