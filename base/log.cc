#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/printable.h"

namespace dialwatch::base {
namespace {

struct Named {
  spdlog::level::level_enum level;
  const char* journal_prefix;  // syslog(3) priorities
};

Named NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return {spdlog::level::debug, "<7>"};
    case LogLevel::kInfo:
      return {spdlog::level::info, "<6>"};
    case LogLevel::kWarning:
      return {spdlog::level::warn, "<4>"};
    case LogLevel::kError:
      return {spdlog::level::err, "<3>"};
  }
  return {spdlog::level::info, "<6>"};
}

LogStyle log_style = LogStyle::kTerminal;

spdlog::logger& Logger() {
  static spdlog::logger logger("dialwatch", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  return logger;
}

}  // namespace

void InitLog(LogStyle style, LogLevel level) {
  log_style = style;
  Logger().set_level(NameOf(level).level);
  Logger().set_pattern(style == LogStyle::kJournal ? "%v" : "%H:%M:%S.%e %l: %v");
  Logger().flush_on(spdlog::level::info);
}

void LogLine(LogLevel level, std::string_view line) {
  const Named named = NameOf(level);
  if (!Logger().should_log(named.level)) return;
  const std::string text = Printable(line);
  Logger().log(named.level, "{}{}", log_style == LogStyle::kJournal ? named.journal_prefix : "", text);
}

}  // namespace dialwatch::base
