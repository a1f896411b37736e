#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace dialwatch::daemon {

// A cell with its text and, once the widths are known, its colour.
struct Cell {
  std::string text;
  std::string painted;  // the same text in colour; empty: as it is

  Cell(std::string plain) : text(std::move(plain)) {}
  Cell(const char* plain) : text(plain) {}
  Cell(std::string plain, std::string in_colour) : text(std::move(plain)), painted(std::move(in_colour)) {}
};

// Columns of text, as wide as their widest cell, two spaces between; columns with nothing in them but the heading are
// left out, and no line ends in spaces.
class Table {
 public:
  explicit Table(std::vector<Cell> heading) : rows_{std::move(heading)} {}

  void Add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }

  // Each line behind `indent` spaces, each ended by a newline.
  std::string Render(std::size_t indent = 0) const;

 private:
  std::vector<std::vector<Cell>> rows_;  // the first is the heading
};

// Columns that `text` takes on a terminal, for text of narrow characters (what we print: ASCII and a few symbols).
std::size_t DisplayWidth(const std::string& text);

}  // namespace dialwatch::daemon
