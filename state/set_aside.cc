#include "state/set_aside.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <system_error>

#include "base/rfc3339.h"
#include "state/database.h"

namespace dialwatch::state {
namespace {

constexpr char kMiddle[] = ".damaged-";

// "20261123T233015Z": no colons, which scp and tar take for a host.
std::string FormatForName(TimePoint at) {
  std::string text = base::FormatRfc3339Seconds(at);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<TimePoint> ReadFromName(std::string text) {
  constexpr std::size_t kLength = 16;
  if (text.size() != kLength) return std::nullopt;
  for (const auto& [at, what] : {std::pair{std::size_t{4}, "-"}, {7, "-"}, {13, ":"}, {16, ":"}}) text.insert(at, what);
  return base::ParseRfc3339(text);
}

Status Move(const std::string& path, TimePoint now) {
  if (const auto last = LastSetAside(path); last && now >= last->at && now - last->at < kLeastBetween) {
    return base::Error{fmt::format("{}: is damaged, and {} was so {}; look at that disk", path, last->path,
                                   base::FormatRfc3339Seconds(last->at))};
  }
  const std::string aside = path + kMiddle + FormatForName(now);
  if (std::rename(path.c_str(), aside.c_str()) != 0) {
    return base::Error{fmt::format("{}: is damaged and cannot be moved away: {}; mend the rights of its folder", path,
                                   std::generic_category().message(errno))};
  }
  std::rename((path + "-wal").c_str(), (aside + "-wal").c_str());  // there may be none
  std::remove((path + "-shm").c_str());                            // made anew from the WAL
  return {};
}

std::mutex& Moving() {
  static std::mutex moving;
  return moving;
}

}  // namespace

base::Status SetAside(const Database& damaged, TimePoint now) {
  const std::lock_guard lock(Moving());
  return damaged.moved() ? Status() : Move(damaged.path(), now);
}

base::Status SetAside(const std::string& path, TimePoint now) {
  const std::lock_guard lock(Moving());
  if (!IsOurs(path)) return base::Error{path + ": it is no database of ours; move it away or set [state] path"};
  return Move(path, now);
}

// PRAGMA application_id is at octet 68 of the file (https://sqlite.org/fileformat.html §1.3).
bool IsOurs(const std::string& path) {
  constexpr std::streamoff kOffset = 68;
  std::array<char, 4> id{};
  std::ifstream file(path, std::ios::binary);
  return file.seekg(kOffset).read(id.data(), id.size()) && std::string_view(id.data(), id.size()) == "dial";
}

std::optional<Aside> LastSetAside(const std::string& path) {
  const std::filesystem::path file(path);
  const std::string begin = file.filename().string() + kMiddle;
  std::optional<Aside> last;
  std::error_code failed;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(begin)) continue;
    const auto at = ReadFromName(name.substr(begin.size()));
    if (at && (!last || *at > last->at)) last = Aside{entry->path().string(), *at};
  }
  return last;
}

}  // namespace dialwatch::state
