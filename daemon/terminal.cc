#include "daemon/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace dialwatch::daemon {
namespace {

std::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Terminal Terminal::ForStdout(ColourChoice choice) {
  if (choice != ColourChoice::kAuto) return {choice == ColourChoice::kAlways};
  return {isatty(STDOUT_FILENO) == 1 && Environment("NO_COLOR").empty() && Environment("TERM") != "dumb"};
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
