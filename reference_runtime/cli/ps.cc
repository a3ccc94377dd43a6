#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/plan/c_strings.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct PsOptions {
  std::string id;
  std::string format = "table";
  std::vector<std::string> args;
};

std::vector<pid_t> processes_of(const Record& record) {
  if (fault("ps_only_init")) return {record.init.pid};
  if (!record.cgroup) return {};
  const Cgroup cgroup = Cgroup::open(*record.cgroup);
  return cgroup.is_gone() ? std::vector<pid_t>() : cgroup.processes();
}

/// What ps(1) prints with these arguments. Throws where it fails.
std::string output_of_ps(const std::vector<std::string>& options) {
  std::vector<std::string> args{"ps"};
  args.insert(args.end(), options.begin(), options.end());
  if (options.empty() || fault("ps_args_ignored")) args = {"ps", "-ef"};
  base::FdPair pipe = base::make_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pipe.second.get(), STDOUT_FILENO);
  pid_t ps = 0;
  const int error = ::posix_spawnp(&ps, "ps", &actions, nullptr, c_strings(args).data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw base::SysError("ps", error);
  pipe.second.reset();
  std::string text = base::read_all(pipe.first.get());
  int status = 0;
  while (::waitpid(ps, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw std::runtime_error(base::shell_line(args) + " failed");
  return text;
}

/// The lines of ps's table that are about `pids`, under its heading.
std::string only(const std::string& table, const std::vector<pid_t>& pids) {
  const auto lines = base::split(table, '\n');
  if (lines.empty()) return {};
  const auto heading = base::words(lines.front());
  const auto column = std::find(heading.begin(), heading.end(), "PID") - heading.begin();
  if (column == static_cast<std::ptrdiff_t>(heading.size())) throw std::runtime_error("ps prints no column PID");
  std::string text = std::string(lines.front()) + "\n";
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto words = base::words(lines[i]);
    if (static_cast<std::ptrdiff_t>(words.size()) <= column) continue;
    const auto pid = base::to_number(words[static_cast<std::size_t>(column)]);
    if (pid && std::find(pids.begin(), pids.end(), static_cast<pid_t>(*pid)) != pids.end())
      text += std::string(lines[i]) + "\n";
  }
  return text;
}

int print_processes(const Context& context, const PsOptions& options) {
  const ContainerDir dir = context.store().open(options.id);
  const auto record = dir.read_record();
  const std::vector<pid_t> pids = record ? processes_of(*record) : std::vector<pid_t>();
  if (options.format == "json") {
    fmt::print("{}\n", base::Json(pids).dump());
  } else {
    fmt::print("{}", only(output_of_ps(options.args), pids));
  }
  return 0;
}

}  // namespace

void add_ps(CLI::App& verb, Context& context) {
  auto options = std::make_shared<PsOptions>();
  verb.add_option("--format,-f", options->format, "table or json")->check(CLI::IsMember({"table", "json"}));
  verb.positionals_at_end();  // what follows the id is for ps(1)
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_option("options", options->args, "Options of ps(1); -ef when none are given");
  verb.callback(
      [&context, options] { context.action = [&context, options] { return print_processes(context, *options); }; });
}

}  // namespace refrun
