#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace dialwatch::daemon {

enum class ColourChoice { kAuto, kAlways, kNever };

// How to write for whoever reads stdout. Value type.
struct Terminal {
  bool colour = false;
  std::size_t width = 0;  // columns; 0: no limit

  // kAuto: colour where stdout is a tty, NO_COLOR is not set (no-color.org) and TERM is not "dumb". The width: that of
  // COLUMNS, else of the tty, 80 where it does not tell; without a tty there is no limit.
  static Terminal ForStdout(ColourChoice choice);

  std::string Bold(std::string_view text) const { return Paint(text, "1"); }
  std::string Dim(std::string_view text) const { return Paint(text, "2"); }
  std::string Red(std::string_view text) const { return Paint(text, "1;31"); }
  std::string Yellow(std::string_view text) const { return Paint(text, "33"); }
  std::string Green(std::string_view text) const { return Paint(text, "32"); }
  std::string Paint(config::Severity severity, std::string_view text) const;

 private:
  std::string Paint(std::string_view text, std::string_view code) const;
};

// Progress belongs on stderr, and only where a person watches both streams.
bool ShowsProgress();

}  // namespace dialwatch::daemon
