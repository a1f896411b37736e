#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dialwatch::state {

using base::Duration;
using base::Result;
using base::Status;
using base::TimePoint;

// A prepared statement. Bind and Read go from left to right; a failed bind or step shows in the last call, Step or Run.
// Thread safety: none.
class Statement {
 public:
  Statement& Bind(std::int64_t value);
  Statement& Bind(std::string_view value);
  Statement& Bind(TimePoint value);                    // milliseconds since 1970
  Statement& Bind(std::optional<std::int64_t> value);  // nothing: NULL
  template <typename... Values>
  Statement& BindAll(const Values&... values) {
    (Bind(values), ...);
    return *this;
  }

  Result<bool> Step();               // true: there is a row to read
  Status Run();                      // to the end, then ready to be bound again
  Result<std::int64_t> RunForInt();  // likewise; the first column of the first row, 0 where there is none
  void Reset();                      // ready to be bound again

  // Columns of the row at hand, in order.
  std::int64_t ReadInt();
  std::optional<std::int64_t> ReadOptional();  // NULL: nothing
  std::string ReadText();
  TimePoint ReadTime();

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(const class Database& database, std::string_view sql);

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
  int failed_ = 0;  // the first SQLite code that was not success
  int bound_ = 0;
  int read_ = 0;
};

// One connection to one SQLite file. Errors name the file, what was being done, why it failed and what to do. The WAL
// stays when the last one closes: SQLite deletes it by its name, which is another file's once this one was moved away.
// Thread safety: none.
class Database {
 public:
  static constexpr Duration kBusyTimeout = std::chrono::milliseconds(250);
  static constexpr std::int64_t kWalLimit = std::int64_t{16} * 1024 * 1024;  // octets it is cut to when it has grown

  using Enough = std::function<bool()>;  // asked now and then: true ends what is being read, with an error

  // Creates the file, readable by its owner only, and the folders above it where they are missing; WAL and
  // synchronous=FULL, so that what was committed survives a power cut.
  // `damaged`: whether that is why it failed.
  static Result<std::unique_ptr<Database>> Open(const std::string& path, bool* damaged = nullptr);
  // Creates and writes nothing.
  static Result<std::unique_ptr<Database>> OpenToRead(const std::string& path);

  Statement Prepare(std::string_view sql) const { return {*this, sql}; }
  Status Execute(const char* sql);

  // Runs `work` (returning Status) in one write transaction; an error in it undoes everything.
  template <typename Work>
  Status InTransaction(Work work) {
    if (auto begun = Execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto done = work();
    if (done) done = Execute("COMMIT");
    if (!done) (void)Execute("ROLLBACK");
    return done;
  }

  // What the errors say was being done: "open", "save an incident".
  Database& Doing(std::string_view what);
  base::Error Failure(int code) const;
  bool damaged() const { return damaged_; }  // as far as any failure has shown
  bool moved() const;                        // the file at path() is another by now, or none
  void EndReadingWhen(Enough enough);
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(std::string path) : path_(std::move(path)) {}
  Status Connect(int flags);

  std::string path_;
  std::string doing_ = "open";
  mutable bool damaged_ = false;
  Enough enough_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace dialwatch::state
