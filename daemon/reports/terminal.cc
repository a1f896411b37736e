#include "daemon/reports/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace dialwatch::daemon {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

constexpr std::size_t kUsualWidth = 80;
constexpr std::size_t kLeastWidth = 40;  // below that no table can be read, however it is folded

std::size_t Width(bool tty) {
  const std::string_view columns = Environment("COLUMNS");
  std::size_t width = 0;
  const auto end = std::from_chars(columns.data(), columns.data() + columns.size(), width);
  if (end.ec == std::errc() && width > 0) return std::max(width, kLeastWidth);
  if (!tty) return 0;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualWidth;
  return std::max<std::size_t>(size.ws_col, kLeastWidth);
}

}  // namespace

Terminal Terminal::ForStdout(ColourChoice choice) {
  const bool tty = isatty(STDOUT_FILENO) == 1;
  const bool plain = !tty || !Environment("NO_COLOR").empty() || Environment("TERM") == "dumb";
  return {choice == ColourChoice::kAuto ? !plain : choice == ColourChoice::kAlways, Width(tty)};
}

std::string Terminal::Paint(config::Severity severity, std::string_view text) const {
  switch (severity) {
    case config::Severity::kCritical:
      return Red(text);
    case config::Severity::kWarning:
      return Yellow(text);
    case config::Severity::kInfo:
      return Dim(text);
  }
  return std::string(text);
}

std::string Terminal::Paint(std::string_view text, std::string_view code) const {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

bool ShowsProgress() {
  return isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

}  // namespace dialwatch::daemon
