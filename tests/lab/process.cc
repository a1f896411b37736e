#include "tests/lab/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace dialwatch::lab {
namespace {

constexpr milliseconds kPollEvery(5);
constexpr int kCannotExec = 127;

// Debian keeps servers where the PATH of users may not look.
constexpr const char* kServerFolder = "/usr/sbin";

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Environment(std::map<std::string, std::string> variables) {
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    variables.emplace(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

std::string FindProgram(const std::string& name) {
  const std::string beside = fmt::format("{}/{}", kServerFolder, name);
  return name.find('/') == std::string::npos && access(beside.c_str(), X_OK) == 0 ? beside : name;
}

// In the child: only what is async-signal-safe.
[[noreturn]] void Become(const char* program, char** arguments, char** environment, const std::string& out,
                         const std::string& err, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotExec);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(open(out.c_str(), flags, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), flags, 0600), STDERR_FILENO);
  execvpe(program, arguments, environment);
  _exit(kCannotExec);
}

}  // namespace

bool WaitUntil(milliseconds limit, const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kPollEvery);
  }
  return true;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

Process::Process(std::vector<std::string> command, std::filesystem::path output,
                 std::map<std::string, std::string> environment)
    : output_(std::move(output)) {
  const std::string program = FindProgram(command.front());
  std::vector<std::string> variables = Environment(std::move(environment));
  const auto arguments = Pointers(command), entries = Pointers(variables);
  const std::string out = output_.string() + ".out", err = output_.string() + ".err";
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    Become(program.c_str(), const_cast<char**>(arguments.data()), const_cast<char**>(entries.data()), out, err, parent);
  }
  if (pid_ < 0) throw std::runtime_error("cannot fork: " + std::system_category().message(errno));
}

Process::Process(Process&& other) noexcept
    : output_(std::move(other.output_)), pid_(std::exchange(other.pid_, -1)), exit_(other.exit_) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(output_, other.output_);
  std::swap(pid_, other.pid_);
  std::swap(exit_, other.exit_);
  return *this;
}

Process::~Process() {
  if (pid_ > 0) End();
}

void Process::Signal(int signal) const {
  if (pid_ > 0 && !exit_) kill(pid_, signal);
}

bool Process::running() {
  if (exit_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
  exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

std::optional<int> Process::Wait(milliseconds limit) {
  WaitUntil(limit, [this] { return !running(); });
  return exit_;
}

int Process::End(milliseconds limit) {
  Signal(SIGTERM);
  Signal(SIGCONT);
  if (!Wait(limit)) Signal(SIGKILL);
  return Wait(std::chrono::seconds(10)).value_or(-1);
}

bool Missing(const std::string& program) {
  for (const char* folder : {kServerFolder, "/usr/bin"}) {
    if (access(fmt::format("{}/{}", folder, program).c_str(), X_OK) == 0) return false;
  }
  std::printf("SKIPPED: %s is not installed\n", program.c_str());
  return true;
}

Output Run(std::vector<std::string> command, const std::filesystem::path& folder, milliseconds limit) {
  const std::string line = fmt::format("{}", fmt::join(command, " "));
  Process process(std::move(command), folder / "run");
  const auto exit = process.Wait(limit);
  if (!exit) throw std::runtime_error(fmt::format("{}: not done within {} ms", line, limit.count()));
  if (*exit == kCannotExec) throw std::runtime_error(fmt::format("{}: cannot be started", line));
  return {*exit, process.out(), process.err()};
}

}  // namespace dialwatch::lab
