#include "reference_runtime/librefrun.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string_view>

#include "base/file.h"
#include "base/json.h"
#include "base/pidfd.h"
#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "reference_runtime/embed/clean_process.h"
#include "reference_runtime/embed/report.h"

namespace librefrun {
namespace {

using refrun::Report;
using refrun::ReportKind;

/// What one run of refrun came to.
struct Outcome {
  bool done = false;
  std::string error;
  std::vector<std::string> warnings;
  base::UniqueFd init;

  void take(Report report) {
    switch (report.kind) {
      case ReportKind::init:
        init = std::move(report.fd);
        break;
      case ReportKind::warning:
        warnings.push_back(std::move(report.text));
        break;
      case ReportKind::error:
        error = std::move(report.text);
        break;
      case ReportKind::done:
        done = true;
        break;
    }
  }
};

/// Listens until refrun has ended. Whoever keeps its socket open longer does not matter.
Outcome listen_until_ended(const base::UniqueFd& socket, const base::UniqueFd& process) {
  Outcome outcome;
  const auto take_all = [&] {
    while (auto report = refrun::receive_report(socket.get())) outcome.take(std::move(*report));
  };
  pollfd polled[2] = {{socket.get(), POLLIN, 0}, {process.get(), POLLIN, 0}};
  for (;;) {
    if (::poll(polled, 2, -1) < 0 && errno != EINTR) throw base::SysError("poll");
    const bool ended = polled[1].revents != 0;
    take_all();
    if (ended) return outcome;
    if ((polled[0].revents & POLLHUP) != 0) polled[0].fd = -1;
  }
}

/// One run of refrun. `words` are the verb and its options and arguments.
Outcome run_refrun(const Runtime& runtime, const std::vector<std::string>& words, std::vector<int> descriptors) {
  base::FdPair reports = base::make_socket_pair(SOCK_SEQPACKET);
  const std::string report_fd = "--report-fd=" + std::to_string(descriptors.size());
  descriptors.push_back(reports.second.get());
  std::vector<std::string> argv{"refrun", "--root=" + runtime.root, report_fd};
  argv.insert(argv.end(), words.begin(), words.end());
  const CleanProcess refrun({.path = runtime.program,
                             .argv = std::move(argv),
                             .environment = runtime.environment,
                             .descriptors = std::move(descriptors)});
  reports.second.reset();
  return listen_until_ended(reports.first, refrun.pidfd());
}

[[noreturn]] void throw_error(const Outcome& outcome) {
  throw Error(outcome.error.empty() ? "refrun ended without a word" : outcome.error);
}

bool exit_status_is_kept() {
  struct sigaction action {};
  if (::sigaction(SIGCHLD, nullptr, &action) != 0) throw base::SysError("ask for SIGCHLD's disposition");
  return action.sa_handler != SIG_IGN && (action.sa_flags & SA_NOCLDWAIT) == 0;
}

}  // namespace

Container::Container(Runtime runtime, std::string id) : runtime_(std::move(runtime)), id_(std::move(id)) {}

/// The verb and its options, then the id, then what follows it. Gives what refrun printed.
std::string Container::run(std::vector<std::string> words, const std::vector<std::string>& after_id) {
  const base::UniqueFd out(::memfd_create("refrun", MFD_CLOEXEC));
  if (!out.valid()) throw base::SysError("make a memory file");
  words.insert(words.end(), {"--", id_});
  words.insert(words.end(), after_id.begin(), after_id.end());
  Outcome outcome = run_refrun(runtime_, words, {-1, out.get(), -1});
  warnings_ = std::move(outcome.warnings);
  if (!outcome.done) throw_error(outcome);
  ::lseek(out.get(), 0, SEEK_SET);
  return base::read_all(out.get());
}

void Container::start() { run({"start"}); }

State Container::state() {
  const base::Json json = base::parse_json(run({"state"}));
  return {.status = json.at("status"), .pid = json.value("pid", pid_t{0}), .bundle = json.value("bundle", "")};
}

void Container::kill(int signal) { run({"kill"}, {std::to_string(signal)}); }

void Container::remove() { run({"delete"}); }
void Container::remove_by_force() { run({"delete", "--force"}); }

std::optional<Exit> Container::wait(base::Deadline deadline) {
  if (!init_.valid()) throw Error("container \"" + id_ + "\" was not created here: it cannot be waited for");
  if (!base::wait_ended(init_, deadline)) return std::nullopt;
  const Reaped reaped = reap(init_);
  if (reaped.code == -ECHILD) {
    throw Error("init of container \"" + id_ + "\" is no child of this process, or was reaped by someone else");
  }
  if (reaped.code < 0) throw base::SysError("wait for init", -reaped.code);
  return Exit{.by_signal = reaped.code != CLD_EXITED, .code = reaped.status};
}

Creation::Creation(Runtime runtime, std::string id, std::string bundle)
    : runtime_(std::move(runtime)), id_(std::move(id)), bundle_(std::move(bundle)) {}

Creation& Creation::as_sibling() {
  sibling_ = true;
  return *this;
}

Creation& Creation::streams(int in, int out, int err) {
  descriptors_[0] = in;
  descriptors_[1] = out;
  descriptors_[2] = err;
  return *this;
}

Creation& Creation::pass(int fd) {
  descriptors_.push_back(fd);
  return *this;
}

Creation& Creation::console_socket(std::string path) {
  console_socket_ = std::move(path);
  return *this;
}

Creation& Creation::pid_file(std::string path) {
  pid_file_ = std::move(path);
  return *this;
}

Container Creation::create() const {
  if (sibling_ && !exit_status_is_kept()) {
    throw Error(
        "as_sibling: this process ignores SIGCHLD or has set SA_NOCLDWAIT, so init's exit status would be lost");
  }
  std::vector<std::string> words{"create", "--bundle=" + bundle_,
                                 "--preserve-fds=" + std::to_string(descriptors_.size() - 3)};
  if (sibling_) words.emplace_back("--sibling");
  if (!console_socket_.empty()) words.push_back("--console-socket=" + console_socket_);
  if (!pid_file_.empty()) words.push_back("--pid-file=" + pid_file_);
  words.insert(words.end(), {"--", id_});
  Outcome outcome = run_refrun(runtime_, words, descriptors_);
  if (!outcome.done) {
    if (outcome.init.valid()) {
      // Killed by refrun already, unless that was killed itself. Our child only where it is a sibling.
      base::send_signal(outcome.init, SIGKILL);
      [[maybe_unused]] const Reaped reaped = reap(outcome.init);
    }
    throw_error(outcome);
  }
  Container container(runtime_, id_);
  container.init_ = std::move(outcome.init);
  container.warnings_ = std::move(outcome.warnings);
  return container;
}

}  // namespace librefrun
