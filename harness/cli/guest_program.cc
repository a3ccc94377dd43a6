#include "harness/cli/guest_program.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "harness/bundle/companion.h"
#include "harness/cli/usage_error.h"
#include "harness/lane/kernel.h"
#include "harness/run/held_signals.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;

/// Beyond the longest that a case may take: for what is around it.
constexpr auto kAroundACase = 20s;

/// The signals that a session holds, as a descriptor.
class StopSignals {
 public:
  StopSignals() {
    const sigset_t wanted = HeldSignals::set();
    fd_.reset(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_.valid()) throw base::SysError("signalfd");
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() { static_cast<void>(take()); }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::optional<int> take() const {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  base::UniqueFd fd_;
};

std::string why_it_ended(const GuestEnd& end) {
  if (end.silent) return fmt::format("the guest said nothing for {} s and was ended", end.silence.count());
  if (!end.exit) return "the guest ended without an answer";
  return fmt::format("the run in the guest ended with exit code {}: {}", *end.exit, base::trim(end.err));
}

}  // namespace

GuestAnswer run_in_guest(const GuestProgram& program, const Environment& environment,
                         const std::function<void(const base::Json&)>& on_event) {
  const std::string lane(to_text(program.lane));
  const Acceleration acceleration = guest_acceleration();
  fmt::print(stderr, "lane {}: a QEMU guest by {}: {}\n", lane, acceleration.name, acceleration.why);
  const StopSignals stop;
  GuestJob job{.cwd = std::filesystem::current_path(),
               .guest_init = companion("guest_init"),
               .cache = cache_folder(environment.cache, environment.home),
               .share = program.directory / "lane",
               .systemd = program.lane == Lane::v2_systemd,
               .selinux = program.lane == Lane::v2_selinux,
               .cpus = program.cpus};
  job.argv = {std::filesystem::read_symlink("/proc/self/exe")};
  job.argv.insert(job.argv.end(), program.words.begin(), program.words.end());
  job.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
             "RUNPROOF_IN_LANE=" + lane};
  job.job_silence = std::chrono::ceil<std::chrono::seconds>(program.longest) + kAroundACase;
  std::filesystem::create_directories(job.share);

  std::string rest;
  const auto lines = [&](std::string_view text) {
    rest += text;
    for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
      on_event(base::parse_json(rest.substr(0, end)));
      rest.erase(0, end + 1);
    }
  };
  try {
    const GuestEnd end = run_guest(job, stop.fd(), lines);
    return {.exit = end.exit,
            .signal = end.stopped ? std::optional(stop.take().value_or(SIGINT)) : std::nullopt,
            .why = why_it_ended(end),
            .console = end.console};
  } catch (const Unavailable& error) {
    throw UsageError(fmt::format("lane {}: {}", lane, error.what()));
  }
}

}  // namespace runproof
