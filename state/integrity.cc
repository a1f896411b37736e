#include "state/integrity.h"

#include <utility>

#include "state/database.h"

namespace dialwatch::state {

base::Result<std::string> FindDamage(const std::string& path, std::function<bool()> enough) {
  const auto database = Database::OpenToRead(path);
  if (!database) return database.error();
  (*database)->EndReadingWhen(std::move(enough));
  Statement check = (*database)->Doing("check").Prepare("PRAGMA integrity_check(3)");
  std::string damage;
  for (;;) {
    const auto row = check.Step();
    if (!row && (*database)->damaged()) return damage + row.error().what;
    if (!row) return row.error();
    if (!*row) return damage;
    const std::string line = check.ReadText();
    if (line != "ok") damage += (damage.empty() ? "" : "; ") + line;
  }
}

}  // namespace dialwatch::state
