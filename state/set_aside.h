#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace dialwatch::state {

class Database;

// A damaged database is moved beside itself, with its WAL, as NAME.damaged-20261123T233015Z, and never deleted: what
// can still be read of it is in there. Not twice within kLeastBetween, so that a failing disk is not filled with
// copies. Thread safe.
constexpr base::Duration kLeastBetween = std::chrono::hours(1);

// Moves the file away that `damaged` has open, unless somebody has done so already. Errors: one was moved lately; the
// folder cannot be written.
base::Status SetAside(const Database& damaged, base::TimePoint now);

// The same for a file that cannot be opened at all.
base::Status SetAside(const std::string& path, base::TimePoint now);

// Whether its header says that we made it, even if that is damaged elsewhere: a [state] path that names something else
// must not make us move that.
bool IsOurs(const std::string& path);

// The one that was moved away last, and when.
struct Aside {
  std::string path;
  base::TimePoint at;
};
std::optional<Aside> LastSetAside(const std::string& path);

}  // namespace dialwatch::state
