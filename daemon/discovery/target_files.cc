#include "daemon/discovery/target_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "config/pattern.h"
#include "config/regular_file.h"

namespace dialwatch::daemon {
namespace {

namespace fs = std::filesystem;

// File systems count time in ticks, so a file that was written just now may be written again under the same time.
constexpr std::time_t kTooYoung = 2;  // seconds

// What differs between two contents of one path; empty where they may be mistaken for each other.
std::string StampOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return "";
  if (info.st_mtim.tv_sec + kTooYoung > std::time(nullptr)) return "";
  return fmt::format("{} {} {} {}.{} {}.{}", info.st_dev, info.st_ino, info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec, info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
}

}  // namespace

base::Result<std::vector<std::string>> TargetFiles::Find() const {
  const fs::path pattern(pattern_);
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(pattern.parent_path(), error), end; !error && entry != end;
       entry.increment(error)) {
    if (config::MatchesPattern(pattern.filename().string(), entry->path().filename().string())) {
      paths.push_back(entry->path());
    }
  }
  if (error) return base::Error{fmt::format("{}: {}", pattern.parent_path().string(), error.message())};
  if (paths.empty()) return base::Error{fmt::format("{}: there is no such file", pattern_)};
  if (paths.size() > kMostFiles) {
    return base::Error{fmt::format("{}: {} files, of which {} are the limit", pattern_, paths.size(), kMostFiles)};
  }
  return paths;
}

void TargetFiles::Read(const std::string& path, File& file) {
  const std::string stamp = StampOf(path);  // before the content, so that what comes between is seen the next time
  if (!stamp.empty() && stamp == file.stamp) return;
  const auto text = config::ReadRegularFile(path, kMostOctets);
  auto hosts = text ? config::ParseTargets(*text) : text.error();
  file.error = hosts ? "" : fmt::format("{}: {}", path, hosts.error().what);
  file.stamp = hosts ? stamp : "";
  if (hosts) file.hosts = std::move(*hosts);
}

void TargetFiles::Look() {
  const auto paths = Find();
  error_ = paths ? "" : paths.error().what;
  if (!paths) return;
  std::map<std::string, File> files;
  for (const std::string& path : *paths) Read(path, files[path] = std::move(files_[path]));
  files_ = std::move(files);
}

std::vector<config::FoundHost> TargetFiles::hosts() const {
  std::vector<config::FoundHost> hosts;
  for (const auto& [path, file] : files_) hosts.insert(hosts.end(), file.hosts.begin(), file.hosts.end());
  return hosts;
}

std::vector<std::string> TargetFiles::errors() const {
  if (!error_.empty()) return {error_};
  std::vector<std::string> errors;
  for (const auto& [path, file] : files_) {
    if (!file.error.empty()) errors.push_back(file.error);
  }
  return errors;
}

}  // namespace dialwatch::daemon
