#include "base/sd_notify.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/unique_fd.h"

using namespace dialwatch::base;
using namespace std::chrono_literals;

namespace {

// Sets an environment variable, or takes it away where `value` is null, for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (value == nullptr) {
      unsetenv(name);
    } else {
      setenv(name, value, 1);
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

// The service manager's end. `name` as in NOTIFY_SOCKET: a path, or "@" and an abstract name.
class Manager {
 public:
  explicit Manager(const std::string& name) : name_(name), socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    REQUIRE(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size())) == 0);
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;
  ~Manager() {
    if (name_[0] == '/') std::filesystem::remove(name_);
  }

  const char* name() const { return name_.c_str(); }

  std::string Received() {
    std::array<char, 4096> text{};
    const ssize_t size = recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  std::string name_;
  UniqueFd socket_;
};

std::string Unique(std::string_view prefix) {
  return fmt::format("{}dialwatch-test-{:08x}", prefix, Random32());
}

std::string TemporaryPath() {
  return Unique(std::filesystem::temp_directory_path().string() + "/");
}

}  // namespace

TEST_SUITE("base/sd_notify") {
  TEST_CASE("tells the manager at a path or an abstract name") {
    for (const std::string& name : {TemporaryPath(), Unique("@")}) {
      CAPTURE(name);
      Manager manager(name);
      const Variable variable("NOTIFY_SOCKET", manager.name());
      CHECK(NotifyReady());
      CHECK(manager.Received() == "READY=1");
      CHECK(NotifyStopping());
      CHECK(manager.Received() == "STOPPING=1");
      CHECK(NotifyWatchdog());
      CHECK(manager.Received() == "WATCHDOG=1");
      CHECK(manager.Received() == "nothing");
    }
  }

  TEST_CASE("a reload carries the monotonic time of its start") {
    Manager manager(Unique("@"));
    const Variable variable("NOTIFY_SOCKET", manager.name());
    const auto before = std::chrono::steady_clock::now();
    CHECK(NotifyReloading());
    const auto after = std::chrono::steady_clock::now();
    const std::string received = manager.Received();
    const std::string_view prefix = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(received.starts_with(prefix));
    const std::chrono::steady_clock::time_point at{
        std::chrono::microseconds(std::stoll(received.substr(prefix.size())))};
    CHECK(at >= before - 1us);
    CHECK(at <= after);
  }

  TEST_CASE("a status cannot smuggle in a second message") {
    Manager manager(Unique("@"));
    const Variable variable("NOTIFY_SOCKET", manager.name());
    CHECK(NotifyStatus("12 dialers\nWATCHDOG=trigger"));
    CHECK(manager.Received() == "STATUS=12 dialers\\010WATCHDOG=trigger");
  }

  TEST_CASE("without a manager nothing happens") {
    const Variable variable("NOTIFY_SOCKET", nullptr);
    CHECK_FALSE(NotifyReady());
  }

  TEST_CASE("a socket that cannot be reached is no harm") {
    for (const std::string& name :
         {std::string(), std::string("relative/path"), std::string("@"), std::string("/"), std::string("vsock:2:1234"),
          TemporaryPath(), Unique("@"), std::string(5000, '/')}) {
      CAPTURE(name);
      const Variable variable("NOTIFY_SOCKET", name.c_str());
      CHECK_FALSE(NotifyReady());
    }
  }

  TEST_CASE("a manager that does not listen holds us up for a second at most") {
    Manager manager(Unique("@"));
    const Variable variable("NOTIFY_SOCKET", manager.name());
    const auto start = std::chrono::steady_clock::now();
    int sent = 0;
    while (sent < 100'000 && NotifyWatchdog()) ++sent;
    CHECK(sent > 0);
    CHECK(sent < 100'000);
    CHECK(std::chrono::steady_clock::now() - start < 10s);
  }

  TEST_CASE("the watchdog's interval is known where it watches this process") {
    const std::string mine = std::to_string(getpid());
    const std::string other = std::to_string(getppid());
    struct Case {
      const char *usec, *pid;
      std::optional<std::chrono::microseconds> interval;
    };
    for (const Case& c : std::initializer_list<Case>{
             {"30000000", mine.c_str(), 30s},
             {"30000000", nullptr, 30s},
             {"30000000", other.c_str(), std::nullopt},
             {"30000000", "", std::nullopt},
             {nullptr, mine.c_str(), std::nullopt},
             {"", nullptr, std::nullopt},
             {"0", nullptr, std::nullopt},
             {"-1", nullptr, std::nullopt},
             {"30s", nullptr, std::nullopt},
             {"99999999999999999999", nullptr, std::nullopt},
         }) {
      const Variable usec("WATCHDOG_USEC", c.usec);
      const Variable pid("WATCHDOG_PID", c.pid);
      CHECK((WatchdogInterval() == c.interval));
    }
  }
}
