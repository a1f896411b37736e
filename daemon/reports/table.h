#pragma once

#include <cstddef>
#include <cstdint>
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

// A column's heading, and what becomes of it where the table is wider than the terminal.
struct Column {
  enum class Fold : std::uint8_t {
    kNever,
    kBelow,   // its cells go to a line of their own below the row
    kDetail,  // so do those of rows in detail; the others are left out
  };
  std::string heading;
  Fold fold = Fold::kNever;
  std::string label = {};  // before a cell that stands below the row: "site "

  Column(const char* text) : heading(text) {}
  Column(const char* text, Fold when_narrow, const char* below = "") : heading(text), fold(when_narrow), label(below) {}
};

// Columns of text, as wide as their widest cell, two spaces between; columns with nothing in them but the heading are
// left out, and no line ends in spaces. Where that is too wide, columns are folded from the right, as few as will do.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void Add(std::vector<Cell> cells, bool detail = false) { rows_.push_back({std::move(cells), detail}); }
  bool empty() const { return rows_.empty(); }

  // Each line behind `indent` spaces, each ended by a newline, none longer than `width` where that can be had without
  // cutting a cell that must not be; 0: of any length.
  std::string Render(std::size_t indent = 0, std::size_t width = 0) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    bool detail;
  };
  std::vector<std::size_t> Widths(std::size_t folded_from) const;
  std::string Below(const Row& row, std::size_t folded_from) const;
  bool IsFolded(std::size_t column, std::size_t folded_from) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

// Columns that `text` takes on a terminal, for text of narrow characters (what we print: ASCII and a few symbols).
std::size_t DisplayWidth(const std::string& text);

// `text` in lines of at most `width` columns, broken at spaces only, each behind its indent and ended by a newline;
// 0: one line.
std::string Wrap(const std::string& text, std::size_t indent, std::size_t further_indent, std::size_t width);

}  // namespace dialwatch::daemon
