#pragma once

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace dialwatch::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Who reads stderr: a person at a terminal (a time before each line), or journald, which has its own clock and wants
// the level as "<4>" (sd-daemon(3)).
enum class LogStyle { kTerminal, kJournal };

// Call once, before the threads start. Logging before that goes to stderr at level info.
void InitLog(LogStyle style, LogLevel level);

// One line to stderr. Control characters are made visible, since much of what we log was written by strangers.
// Thread safe.
void LogLine(LogLevel level, std::string_view line);

template <typename... Args>
void LogInfo(fmt::format_string<Args...> format, Args&&... args) {
  LogLine(LogLevel::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void LogWarning(fmt::format_string<Args...> format, Args&&... args) {
  LogLine(LogLevel::kWarning, fmt::format(format, std::forward<Args>(args)...));
}
template <typename... Args>
void LogError(fmt::format_string<Args...> format, Args&&... args) {
  LogLine(LogLevel::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace dialwatch::base
