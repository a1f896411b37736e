#include "daemon/reports/table.h"

#include <algorithm>
#include <sstream>

namespace dialwatch::daemon {
namespace {

constexpr std::size_t kGap = 2;

std::size_t Total(const std::vector<std::size_t>& widths) {
  std::size_t total = 0;
  for (const std::size_t width : widths) total += width == 0 ? 0 : width + kGap;
  return total == 0 ? 0 : total - kGap;
}

std::string RenderLine(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths, std::size_t indent) {
  std::string line;
  std::size_t owed = indent;  // spaces before the next text
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (widths[column] == 0) continue;
    const Cell& cell = cells[column];
    if (!cell.text.empty()) {
      line.append(owed, ' ').append(cell.painted.empty() ? cell.text : cell.painted);
      owed = 0;
    }
    owed += widths[column] - DisplayWidth(cell.text) + kGap;
  }
  return line + "\n";
}

}  // namespace

std::size_t DisplayWidth(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string Wrap(const std::string& text, std::size_t indent, std::size_t further_indent, std::size_t width) {
  std::string out, line;
  std::size_t used = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t size = DisplayWidth(word);
    if (!line.empty() && width > 0 && used + 1 + size > width) {
      out += line + "\n";
      line.clear();
    }
    if (line.empty()) {
      line.assign(out.empty() ? indent : further_indent, ' ');
      used = line.size();
    } else {
      line += ' ';
      ++used;
    }
    line += word;
    used += size;
  }
  return line.empty() ? out : out + line + "\n";
}

bool Table::IsFolded(std::size_t column, std::size_t folded_from) const {
  return column >= folded_from && columns_[column].fold != Column::Fold::kNever;
}

std::vector<std::size_t> Table::Widths(std::size_t folded_from) const {
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (IsFolded(column, folded_from)) continue;
    for (const Row& row : rows_) widths[column] = std::max(widths[column], DisplayWidth(row.cells[column].text));
    if (widths[column] > 0) widths[column] = std::max(widths[column], DisplayWidth(columns_[column].heading));
  }
  return widths;
}

std::string Table::Below(const Row& row, std::size_t folded_from) const {
  std::string text;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    const std::string& cell = row.cells[column].text;
    if (cell.empty() || !IsFolded(column, folded_from)) continue;
    if (columns_[column].fold == Column::Fold::kDetail && !row.detail) continue;
    text += (text.empty() ? "" : ", ") + columns_[column].label + cell;
  }
  return text;
}

std::string Table::Render(std::size_t indent, std::size_t width) const {
  std::size_t folded_from = columns_.size();
  std::vector<std::size_t> widths = Widths(folded_from);
  while (width > 0 && folded_from > 0 && indent + Total(widths) > width) widths = Widths(--folded_from);
  std::vector<Cell> headings;
  for (const Column& column : columns_) headings.emplace_back(column.heading);
  std::string out = RenderLine(headings, widths, indent);
  for (const Row& row : rows_) {
    out += RenderLine(row.cells, widths, indent);
    out += Wrap(Below(row, folded_from), indent + 2 * kGap, indent + 2 * kGap, width);
  }
  return out;
}

}  // namespace dialwatch::daemon
