#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/lane/lane.h"
#include "harness/lane/log_tail.h"
#include "harness/lane/pace.h"
#include "harness/lane/qemu.h"
#include "harness/lane/selinux_policy.h"
#include "harness/spawn/command.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// Beside the share: what only the host sees of a guest.
class WorkFolder {
 public:
  explicit WorkFolder(const fs::path& share) : path_(share.string() + ".guest") { fs::create_directories(path_); }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string nul_separated(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += word + '\0';
  return text;
}

void write_job(const GuestJob& job) {
  base::write_file(job.share / "argv", nul_separated(job.argv));
  base::write_file(job.share / "env", nul_separated(job.env));
  base::write_file(job.share / "cwd", job.cwd.string());
  base::write_file(job.share / "host_pace", std::to_string(measure_pace().count()));
  if (job.selinux) make_selinux_policy(job.share / "policy");
}

void make_scratch_disk(const fs::path& image) {
  base::write_file(image, "");
  fs::resize_file(image, std::uintmax_t{2} << 30);  // sparse
  const Finished made =
      run({.argv = {"/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-E", "lazy_itable_init=1", image}});
  if (!made.ok()) throw Unavailable("mke2fs failed: " + made.err);
}

/// How much slower than this host the guest has found itself to be; nullopt: its job has not begun.
std::optional<int> scale_of(const GuestJob& job) {
  const auto scale = base::to_number(base::trim(base::read_file_if_there(job.share / "scale").value_or("")));
  if (!scale) return std::nullopt;
  return static_cast<int>(std::clamp(*scale, 1LL, 1000LL));
}

/// The last lines, or those from a panic on: what comes after it, registers and stack, is longer than that.
std::string excerpt(const std::string& console) {
  constexpr std::size_t kLines = 20;
  const auto lines = base::split(console, '\n');
  std::size_t from = lines.size() > kLines ? lines.size() - kLines : 0;
  const auto panic = std::ranges::find_if(
      lines, [](std::string_view line) { return line.find("Kernel panic") != std::string_view::npos; });
  if (panic != lines.end()) from = std::min(from, static_cast<std::size_t>(panic - lines.begin()));
  std::string out;
  for (std::size_t i = from; i < std::min(from + kLines, lines.size()); ++i) out += std::string(lines[i]) + "\n";
  return out;
}

/// QEMU itself hardly speaks when it is ended from outside.
std::string how_qemu_ended(const Finished& qemu) {
  if (qemu.signal) return fmt::format("(QEMU was ended by signal {})\n", *qemu.signal);
  return qemu.exit.value_or(0) == 0 ? "" : fmt::format("(QEMU exited with {})\n", *qemu.exit);
}

}  // namespace

GuestEnd run_guest(const GuestJob& job, int stop_fd, const std::function<void(std::string_view)>& on_text) {
  const GuestKernel kernel = guest_kernel(job.cache);
  const WorkFolder work(job.share);
  write_job(job);
  make_scratch_disk(work.path() / "scratch.img");
  base::write_file(work.path() / "initramfs", guest_initramfs(job.guest_init, kernel.modules));

  const Command qemu{.argv = qemu_argv(job, kernel, work.path())};
  LogTail log(job.share / "log.jsonl");
  LogTail console(work.path() / "console");
  Running guest = [&] {
    try {
      return start(qemu);
    } catch (const base::SysError& e) {
      throw Unavailable(fmt::format("{}: {} (package qemu-system-x86)", qemu.argv[0], e.what()));
    }
  }();

  GuestEnd end;
  end.silence = job.boot_silence;
  auto silence = base::Deadline::in(end.silence);
  bool job_runs = false;
  for (bool running = true; running;) {
    pollfd fds[] = {
        {guest.pidfd().get(), POLLIN, 0}, {log.fd(), POLLIN, 0}, {stop_fd, POLLIN, 0}, {console.fd(), POLLIN, 0}};
    if (!poll_until(fds, silence)) {
      end.silent = true;
      guest.kill();
    } else if (fds[2].revents != 0) {
      end.stopped = true;
      guest.kill();
    }
    running = fds[0].revents == 0 && !end.silent && !end.stopped;
    const std::string shown = console.take();
    const std::string text = log.take();
    if (!text.empty()) on_text(text);
    // Once the job runs, what systemd or the kernel say does not mean that it gets on.
    const auto scale = scale_of(job);
    const bool begins = scale && !job_runs;
    job_runs = scale.has_value();
    if (text.empty() && !begins && (shown.empty() || job_runs)) continue;
    end.silence = scale ? job.job_silence * *scale : job.boot_silence;
    silence = base::Deadline::in(end.silence);
  }
  const Finished finished = guest.finish(base::Deadline::in(std::chrono::seconds(10)));
  if (const auto exit = base::read_file_if_there(job.share / "exit"))
    if (const auto code = base::to_number(*exit)) end.exit = static_cast<int>(*code);
  end.console =
      excerpt(base::read_file_if_there(work.path() / "console").value_or("")) + finished.err + how_qemu_ended(finished);
  end.err = base::read_file_if_there(job.share / "stderr").value_or("");
  return end;
}

}  // namespace runproof
