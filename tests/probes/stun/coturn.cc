#include "tests/probes/stun/coturn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "tests/free_port.h"

namespace dialwatch::probes::test {
namespace {

// In the child: becomes the program, or ends.
[[noreturn]] void Become(std::vector<std::string> arguments, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it has died already
  const int null = open("/dev/null", O_RDWR);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

}  // namespace

Coturn::Coturn(std::initializer_list<std::string> addresses, const lab::Certificate* certificate)
    : port_(testing::FreePort()), tls_port_(testing::FreePort()) {
  std::vector<std::string> arguments{"turnserver",
                                     "-n",  // no configuration file
                                     "--stun-only",
                                     "--fingerprint",
                                     "--no-dtls",
                                     "--no-cli",
                                     "--log-file=stdout",
                                     fmt::format("--listening-port={}", port_),
                                     fmt::format("--alt-listening-port={}", testing::FreePort()),
                                     "--pidfile=" + (folder_ / "pid"),
                                     "--userdb=" + (folder_ / "db")};
  if (certificate == nullptr) {
    arguments.emplace_back("--no-tls");
  } else {
    arguments.push_back("--cert=" + certificate->certificate);
    arguments.push_back("--pkey=" + certificate->key);
    arguments.push_back(fmt::format("--tls-listening-port={}", tls_port_));
    arguments.push_back(fmt::format("--alt-tls-listening-port={}", testing::FreePort()));
  }
  for (const std::string& address : addresses) arguments.push_back("--listening-ip=" + address);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(std::move(arguments), parent);
}

Coturn::~Coturn() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
}

bool Coturn::running() const {
  siginfo_t ended{};
  return pid_ > 0 && waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0;
}

}  // namespace dialwatch::probes::test
