#include "state/database.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace dialwatch::state {
namespace {

// What to do about it, by SQLite's primary result code.
std::string_view Remedy(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program holds it; end that program or its transaction";
    case SQLITE_FULL:
      return "free some space on that disk";
    case SQLITE_NOTADB:
      return "it is no database of ours; move it away or set [state] path";
    case SQLITE_CORRUPT:
      return "it is damaged; move it away and a new one is made";
    case SQLITE_INTERRUPT:
      return "it took too long; ask for less";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "the file and its folder must be writable for this user; mend the rights or set [state] path";
    case SQLITE_IOERR:
      return "look at that disk: is it full or failing?";
    default:
      return "move it away if this goes on";
  }
}

// Makes the file before SQLite does, so that it is never readable to others, not even for a moment; the WAL takes over
// its mode. mknod instead of open, since closing a descriptor would drop the locks that other connections of this
// process hold on the file (fcntl(2)).
Status CreateFile(const std::string& path) {
  std::error_code failed;
  if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      return base::Error{fmt::format("{}: cannot create the folder {}: {}; mend the rights or set [state] path", path,
                                     folder.string(), failed.message())};
    }
  }
  if (std::filesystem::is_directory(path, failed)) {
    return base::Error{fmt::format("{}: cannot open: it is a directory; [state] path names a file", path)};
  }
  if (mknod(path.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST) {
    return base::Error{fmt::format("{}: cannot create: {}; mend the rights or set [state] path", path,
                                   std::generic_category().message(errno))};
  }
  return {};
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement::Statement(const Database& database, std::string_view sql) : database_(&database) {
  sqlite3_stmt* handle = nullptr;
  failed_ = sqlite3_prepare_v2(database.handle_.get(), sql.data(), static_cast<int>(sql.size()), &handle, nullptr);
  handle_.reset(handle);
}

Statement& Statement::Bind(std::int64_t value) {
  if (failed_ == SQLITE_OK) failed_ = sqlite3_bind_int64(handle_.get(), ++bound_, value);
  return *this;
}

Statement& Statement::Bind(std::optional<std::int64_t> value) {
  if (value) return Bind(*value);
  if (failed_ == SQLITE_OK) failed_ = sqlite3_bind_null(handle_.get(), ++bound_);
  return *this;
}

Statement& Statement::Bind(std::string_view value) {
  if (failed_ == SQLITE_OK) {
    failed_ = sqlite3_bind_text64(handle_.get(), ++bound_, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::Bind(TimePoint value) {
  return Bind(std::int64_t{value.time_since_epoch().count()});
}

Result<bool> Statement::Step() {
  read_ = 0;
  const int code = failed_ != SQLITE_OK ? failed_ : sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->Failure(code);
}

Status Statement::Run() {
  for (;;) {
    const auto row = Step();
    if (row && *row) continue;
    Reset();
    if (!row) return row.error();
    return {};
  }
}

Result<std::int64_t> Statement::RunForInt() {
  const auto row = Step();
  const std::int64_t value = row && *row ? ReadInt() : 0;
  Reset();
  if (!row) return row.error();
  return value;
}

void Statement::Reset() {
  sqlite3_reset(handle_.get());
  bound_ = 0;
}

std::int64_t Statement::ReadInt() {
  return sqlite3_column_int64(handle_.get(), read_++);
}

std::optional<std::int64_t> Statement::ReadOptional() {
  const bool none = sqlite3_column_type(handle_.get(), read_) == SQLITE_NULL;
  const auto value = ReadInt();
  return none ? std::nullopt : std::optional(value);
}

std::string Statement::ReadText() {
  const int column = read_++;
  const auto* text = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return text == nullptr ? std::string() : std::string(text, static_cast<std::size_t>(size));
}

TimePoint Statement::ReadTime() {
  return TimePoint(std::chrono::milliseconds(ReadInt()));
}

void Database::Closer::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Status Database::Connect(int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path_.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) return Failure(code);
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(kBusyTimeout.count()));
  int keep = 1;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  return {};
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path, bool* damaged) {
  if (path != ":memory:") {
    if (const auto created = CreateFile(path); !created) return created.error();
  }
  std::unique_ptr<Database> database(new Database(path));
  auto ready = database->Connect(SQLITE_OPEN_READWRITE);
  if (ready && sqlite3_db_readonly(database->handle_.get(), "main") == 1) ready = database->Failure(SQLITE_READONLY);
  if (ready) ready = database->Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  if (ready) ready = database->Execute(fmt::format("PRAGMA journal_size_limit={}", kWalLimit).c_str());
  if (damaged != nullptr) *damaged = database->damaged();
  if (!ready) return ready.error();
  return database;
}

Result<std::unique_ptr<Database>> Database::OpenToRead(const std::string& path) {
  std::unique_ptr<Database> database(new Database(path));
  if (auto ready = database->Connect(SQLITE_OPEN_READONLY); !ready) return ready.error();
  return database;
}

bool Database::moved() const {
  int moved = 0;
  return sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0;
}

void Database::EndReadingWhen(Enough enough) {
  constexpr int kEvery = 1000;  // steps of SQLite's machine; well below a millisecond
  enough_ = std::move(enough);
  sqlite3_progress_handler(
      handle_.get(), kEvery, [](void* self) { return static_cast<Database*>(self)->enough_() ? 1 : 0; }, this);
}

Status Database::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return Failure(code);
  return {};
}

Database& Database::Doing(std::string_view what) {
  doing_ = what;
  return *this;
}

base::Error Database::Failure(int code) const {
  damaged_ = damaged_ || (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB;
  const bool known = handle_ && sqlite3_extended_errcode(handle_.get()) == code;
  const char* why = known ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return base::Error{fmt::format("{}: cannot {}: {}; {}", path_, doing_, why, Remedy(code))};
}

}  // namespace dialwatch::state
