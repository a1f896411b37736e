#include "daemon/table.h"

#include <algorithm>

namespace dialwatch::daemon {

std::size_t DisplayWidth(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string Table::Render(std::size_t indent) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    for (std::size_t column = 0; column < widths.size(); ++column) {
      widths[column] = std::max(widths[column], DisplayWidth(rows_[i][column].text));
    }
  }
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (widths[column] > 0) widths[column] = std::max(widths[column], DisplayWidth(rows_[0][column].text));
  }
  std::string out;
  for (const std::vector<Cell>& row : rows_) {
    std::string line;
    std::size_t owed = indent;  // spaces before the next text
    for (std::size_t column = 0; column < widths.size(); ++column) {
      if (widths[column] == 0) continue;
      const Cell& cell = row[column];
      if (!cell.text.empty()) {
        line.append(owed, ' ').append(cell.painted.empty() ? cell.text : cell.painted);
        owed = 0;
      }
      owed += widths[column] - DisplayWidth(cell.text) + 2;
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace dialwatch::daemon
