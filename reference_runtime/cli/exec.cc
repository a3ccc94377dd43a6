#include "reference_runtime/stage/exec.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/create_options.h"
#include "reference_runtime/config/words.h"
#include "reference_runtime/stage/bundle.h"
#include "reference_runtime/stage/foreground.h"
#include "reference_runtime/stage/send_fd.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct ExecOptions {
  std::string id;
  std::vector<std::string> args;
  std::string process_file;
  std::string cwd;
  std::vector<std::string> env;
  std::string user;
  std::vector<gid_t> additional_gids;
  std::vector<std::string> capabilities;
  std::string apparmor;
  std::string label;
  bool terminal = false;
  bool no_new_privileges = false;
  bool detach = false;
  ExecRequest request;
};

unsigned parse_id(std::string_view text) {
  const auto number = base::to_number(text);
  if (!number || *number < 0 || *number > std::numeric_limits<unsigned>::max() - 1)
    throw std::runtime_error(fmt::format("--user: \"{}\" is no number of a user or group", text));
  return static_cast<unsigned>(*number);
}

/// "UID[:GID]"
void set_user(const std::string& text, Process& process) {
  const auto colon = text.find(':');
  process.user.uid = parse_id(std::string_view(text).substr(0, colon));
  if (colon != std::string::npos) process.user.gid = parse_id(std::string_view(text).substr(colon + 1));
}

/// Ambient, too, where the config makes it inheritable: without that the kernel would refuse.
void add_capabilities(const std::vector<std::string>& names, Process& process) {
  if (names.empty()) return;
  Capabilities sets = process.capabilities.value_or(Capabilities{});
  for (const std::string& name : names) {
    const auto bit = kCapabilities.find(name.starts_with("CAP_") ? name : "CAP_" + name);
    if (!bit && fault("exec_unknown_cap_accepted")) continue;
    if (!bit) throw std::runtime_error(fmt::format("--cap: there is no capability \"{}\"", name));
    const std::uint64_t mask = std::uint64_t{1} << *bit;
    sets.bounding |= mask;
    sets.effective |= mask;
    sets.permitted |= mask;
    sets.ambient |= sets.inheritable & mask;
  }
  if (!fault("exec_cap_dropped")) process.capabilities = sets;
}

/// A process object that says nothing of labels is no way out of the container's.
void inherit_labels(const Config& config, Process& process) {
  if (!config.process || fault("exec_labels_not_inherited")) return;
  if (process.apparmor_profile.empty()) process.apparmor_profile = config.process->apparmor_profile;
  if (process.selinux_label.empty()) process.selinux_label = config.process->selinux_label;
}

Process process_of_file(const std::string& file, const Config& config, std::vector<std::string>& warnings) {
  Problems problems;
  Process process;
  try {
    process = parse_process(base::parse_json(base::read_file(file)), problems);
  } catch (const base::JsonError& e) {
    throw std::runtime_error(fmt::format("--process {}: {}", file, e.what()));
  }
  if (has_errors(problems)) throw std::runtime_error(fmt::format("{} is not valid:\n{}", file, describe(problems)));
  for (const Problem& problem : problems) warnings.push_back(fmt::format("{}: {}", problem.pointer, problem.rule));
  inherit_labels(config, process);
  return process;
}

/// The config's process with what the flags say instead.
Process process_of_flags(const ExecOptions& options, const Config& config) {
  if (!config.process) throw std::runtime_error("/process is not set in the container's config: --process is needed");
  if (options.args.empty()) throw std::runtime_error("exec needs a program, or --process");
  Process process = fault("exec_config_ignored") ? Process{.cwd = "/"} : *config.process;
  process.args = options.args;
  process.terminal = options.terminal;
  process.console_size.reset();
  if (!options.cwd.empty() && !fault("exec_cwd_dropped")) process.cwd = options.cwd;
  if (!process.cwd.starts_with('/')) throw std::runtime_error("--cwd must be an absolute path");
  if (!fault("exec_env_dropped")) process.env.insert(process.env.end(), options.env.begin(), options.env.end());
  if (!options.user.empty() && !fault("exec_user_dropped")) set_user(options.user, process);
  auto& gids = process.user.additional_gids;
  gids.insert(gids.end(), options.additional_gids.begin(), options.additional_gids.end());
  add_capabilities(options.capabilities, process);
  if (!options.apparmor.empty() && !fault("exec_apparmor_dropped")) process.apparmor_profile = options.apparmor;
  if (!options.label.empty() && !fault("exec_label_dropped")) process.selinux_label = options.label;
  if (options.no_new_privileges) process.no_new_privileges = true;
  return process;
}

int exec(Context& context, ExecOptions& options) {
  const auto dir = context.store().open_if_there(options.id);
  if (!dir && fault("exec_missing_succeeds")) return 0;
  if (!dir) throw NoSuchContainer(options.id);
  const auto text = base::read_file_if_there(dir->path("config.json"));
  if (!text) throw std::runtime_error(fmt::format("container \"{}\" is still being created", options.id));
  const Config config = reload_config(*text);
  auto& warnings = context.log.warnings();
  const Process process = options.process_file.empty() ? process_of_flags(options, config)
                                                       : process_of_file(options.process_file, config, warnings);
  if (options.detach) {
    (void)exec_in_container(*dir, config, process, options.request, warnings);
    return 0;
  }
  const ForwardedSignals signals;
  base::FdPair console;
  if (process.terminal && options.request.console_socket.empty()) {
    console = base::make_socket_pair(SOCK_STREAM);
    options.request.console_fd = console.second.get();
  }
  const Executed executed = exec_in_container(*dir, config, process, options.request, warnings);
  console.second.reset();
  base::UniqueFd master;
  if (console.first.valid()) {
    if (auto fd = receive_fd(console.first.get())) master = std::move(*fd);
  }
  return wait_in_foreground(executed.pidfd, signals, std::move(master));
}

}  // namespace

void add_exec(CLI::App& verb, Context& context) {
  constexpr int kFailure = 255;  // so that it is not taken for the program's
  auto options = std::make_shared<ExecOptions>();
  ExecRequest& request = options->request;
  verb.add_option("--process,-p", options->process_file, "File with a process object; instead of the flags about it");
  verb.add_option("--cwd", options->cwd, "Working directory");
  verb.add_option("--env,-e", options->env, "NAME=value, added to the environment")->allow_extra_args(false);
  verb.add_flag("--tty,-t", options->terminal, "Give it a terminal");
  verb.add_option("--user,-u", options->user, "UID[:GID]");
  verb.add_option("--additional-gids,-g", options->additional_gids, "More groups")
      ->allow_extra_args(false)
      ->delimiter(',');
  verb.add_flag("--detach,-d", options->detach, "Return once the program runs");
  verb.add_option("--pid-file", request.pid_file, "File to write its pid to");
  verb.add_option("--console-socket", request.console_socket, "Socket to send the terminal's master to");
  verb.add_option("--process-label", options->label, "SELinux label");
  verb.add_option("--apparmor", options->apparmor, "AppArmor profile");
  verb.add_flag("--no-new-privs", options->no_new_privileges, "Set no_new_privs");
  verb.add_option("--cap,-c", options->capabilities, "One more capability")->allow_extra_args(false);
  verb.add_option("--preserve-fds", request.preserve_fds, "How many more descriptors, from 3, the program gets")
      ->check(CLI::Range(0, 1024));
  verb.add_option("--cgroup", request.cgroups, "[CONTROLLER:]CGROUP, below the container's")->allow_extra_args(false);
  verb.add_flag("--ignore-paused", request.ignore_paused, "In a paused container, wait until it is resumed");
  verb.positionals_at_end();  // what follows the id is the program
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_option("args", options->args, "The program and its arguments");
  verb.callback([&context, options] {
    context.failure_code = fault("exec_failure_is_one") ? 1 : kFailure;
    context.action = [&context, options] {
      options->request.listen_fds = settle_descriptors(options->request.preserve_fds);
      return exec(context, *options);
    };
  });
}

}  // namespace refrun
