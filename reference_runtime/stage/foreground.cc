#include "reference_runtime/stage/foreground.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include "base/pidfd.h"
#include "base/sys_error.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr int kSignalExitBase = 128;

/// Our own terminal in raw mode, until this goes.
class RawTerminal {
 public:
  RawTerminal() {
    if (::tcgetattr(STDIN_FILENO, &saved_) != 0) return;
    termios raw = saved_;
    ::cfmakeraw(&raw);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSANOW, &saved_);
  }

 private:
  termios saved_{};
  bool changed_ = false;
};

void copy_window_size(int console) {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) ::ioctl(console, TIOCSWINSZ, &size);
}

/// Moves what is there. False when the source has ended.
bool move_bytes(int from, int to) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::read(from, buffer.data(), buffer.size());
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  for (ssize_t at = 0; at < got;) {
    const ssize_t written = ::write(to, buffer.data() + at, static_cast<std::size_t>(got - at));
    if (written < 0 && errno != EINTR) return false;
    at += written < 0 ? 0 : written;
  }
  return true;
}

void forward_signals(int from, const base::UniqueFd& init, int console) {
  signalfd_siginfo info{};
  while (::read(from, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGWINCH && console >= 0) {
      copy_window_size(console);
    } else if (signal != SIGCHLD && !fault("run_signals_dropped")) {
      base::send_signal(init, signal);
    }
  }
}

int reap(const base::UniqueFd& init) {
  siginfo_t info{};
  while (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(init.get()), &info, WEXITED) != 0) {
    if (errno != EINTR) throw base::SysError("wait for init");
  }
  const int code = info.si_code == CLD_EXITED ? info.si_status : kSignalExitBase + info.si_status;
  return fault("exit_code_lost") ? !code : code;
}

}  // namespace

ForwardedSignals::ForwardedSignals() {
  sigset_t all;
  ::sigfillset(&all);
  // These are about ourselves, or cannot wait.
  for (const int signal : {SIGCHLD, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTTIN, SIGTTOU, SIGTSTP, SIGPIPE}) {
    ::sigdelset(&all, signal);
  }
  ::sigprocmask(SIG_BLOCK, &all, nullptr);
  fd_.reset(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_.valid()) throw base::SysError("make a signal descriptor");
}

int wait_in_foreground(const base::UniqueFd& init, const ForwardedSignals& signals, base::UniqueFd console) {
  std::optional<RawTerminal> raw;
  if (console.valid()) {
    raw.emplace();
    copy_window_size(console.get());
  }
  pollfd polled[4] = {{init.get(), POLLIN, 0},
                      {signals.fd(), POLLIN, 0},
                      {console.get(), POLLIN, 0},
                      {console.valid() ? STDIN_FILENO : -1, POLLIN, 0}};
  for (;;) {
    if (::poll(polled, 4, -1) < 0 && errno != EINTR) throw base::SysError("poll");
    if (polled[1].revents != 0) forward_signals(signals.fd(), init, console.get());
    if (polled[2].revents != 0 && !move_bytes(console.get(), STDOUT_FILENO)) polled[2].fd = -1;
    if (polled[3].revents != 0 && !move_bytes(STDIN_FILENO, console.get())) polled[3].fd = -1;
    // The terminal's last words may still be in it: EIO says that all was read.
    if (polled[0].revents != 0 && (polled[2].fd < 0 || polled[2].revents == 0)) break;
  }
  return reap(init);
}

}  // namespace refrun
