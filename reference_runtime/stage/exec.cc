#include "reference_runtime/stage/exec.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/sub_cgroup.h"
#include "reference_runtime/exec/native.h"
#include "reference_runtime/plan/make_plan.h"
#include "reference_runtime/stage/clone.h"
#include "reference_runtime/stage/console.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/gate.h"
#include "reference_runtime/stage/id_maps.h"
#include "reference_runtime/stage/raise_limits.h"
#include "reference_runtime/stage/seccomp_agent.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/affinity.h"
#include "reference_runtime/sys/own_umask.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr NamespaceType kTypes[] = {NamespaceType::user, NamespaceType::pid,  NamespaceType::network,
                                    NamespaceType::ipc,  NamespaceType::uts,  NamespaceType::cgroup,
                                    NamespaceType::time, NamespaceType::mount};  // mount last: paths change with it

bool is_same_file(const std::string& one, const std::string& other) {
  struct stat first {};
  struct stat second {};
  return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

/// One `exec` in progress.
class Execution {
 public:
  Execution(const ContainerDir& dir, const Config& config, const Process& process, const ExecRequest& request,
            std::vector<std::string>& warnings)
      : dir_(dir),
        config_(config),
        process_(process),
        request_(request),
        warnings_(warnings),
        privileges_(own_privileges()) {}

  Executed run();

 private:
  void check_container();
  void check_terminal() const;
  void plan();
  void plan_namespaces();
  void clone();
  void clone_into(const CgroupPlace& place);
  void serve();
  void before_program();

  const ContainerDir& dir_;
  const Config& config_;
  const Process& process_;
  const ExecRequest& request_;
  std::vector<std::string>& warnings_;
  Privileges privileges_;

  Record record_;
  base::UniqueFd init_;
  base::UniqueFd agent_;  // of the seccomp filter
  InitPlan plan_;
  NamespacePlan namespaces_;
  base::UniqueFd sync_;
  Cloned cloned_;
};

Executed Execution::run() {
  check_container();
  check_terminal();
  plan();
  const auto& affinity = process_.exec_cpu_affinity;
  if (affinity && affinity->initial && !fault("exec_affinity_dropped")) set_cpu_affinity(0, *affinity->initial);
  clone();
  try {
    serve();
  } catch (...) {
    end_init(cloned_.pidfd, cloned_.pid);
    throw;
  }
  return {.pid = cloned_.pid, .pidfd = std::move(cloned_.pidfd)};
}

void Execution::check_container() {
  const auto record = dir_.read_record();
  const Status status = derive_status(dir_, record);
  const bool paused_passes = request_.ignore_paused || fault("exec_paused_accepted");
  const bool fit =
      status == Status::running || status == Status::created || (status == Status::paused && paused_passes);
  if (!fit) throw WrongStatus(fmt::format("cannot exec in container \"{}\": it is {}", dir_.id(), word(status)));
  record_ = *record;
  auto init = open_if_running(record_.init);
  if (!init) throw WrongStatus("cannot exec: the container has just ended");
  init_ = std::move(*init);
}

void Execution::check_terminal() const {
  const bool console = !request_.console_socket.empty() || request_.console_fd >= 0;
  if (process_.terminal && !console)
    throw std::runtime_error("a detached process with a terminal needs --console-socket");
  if (!process_.terminal && !request_.console_socket.empty()) {
    throw std::runtime_error("--console-socket is of no use: the process has no terminal");
  }
}

void Execution::plan_namespaces() {
  for (const NamespaceType type : kTypes) {
    const std::string own = fmt::format("/proc/self/ns/{}", proc_name(type));
    const std::string theirs = fmt::format("/proc/{}/ns/{}", record_.init.pid, proc_name(type));
    if (is_same_file(own, theirs)) continue;
    plan_.joined.push_back({base::open_file(theirs, O_RDONLY), clone_flag(type), theirs});
    if (type == NamespaceType::user) plan_.root_in_joined_user_namespace = true;
  }
  namespaces_.intermediate = true;
  if (config_.linux_config.find(NamespaceType::mount) == nullptr) {
    plan_.joined_root = base::open_file(fmt::format("/proc/{}/root", record_.init.pid), O_PATH | O_DIRECTORY);
  }
  // What was opened by number belonged to init if init is still there.
  if (!open_if_running(record_.init)) throw WrongStatus("cannot exec: the container has just ended");
}

void Execution::plan() {
  plan_host_files(plan_);
  plan_namespaces();
  plan_.binds_console = false;
  plan_.keyring = "_ses." + dir_.id();
  plan_.process = make_process_plan(config_, process_,
                                    {.preserved_fds = request_.preserve_fds,
                                     .listen_fds = request_.listen_fds,
                                     .caller_umask = own_umask(),
                                     .may_set_groups = may_set_groups(config_.linux_config, privileges_),
                                     .all_capabilities = config_.linux_config.find(NamespaceType::user) != nullptr,
                                     .seccomp_cache = dir_.seccomp_cache()},
                                    warnings_);
  plan_.executor = std::make_unique<NativeExecutor>();
  if (!request_.console_socket.empty()) {
    plan_.console_socket = connect_socket(request_.console_socket, "the console socket");
  } else if (request_.console_fd >= 0) {
    plan_.console_socket = base::duplicate(request_.console_fd);
  }
  if (hands_over_listener(plan_)) agent_ = connect_agent(*config_.linux_config.seccomp);
}

void Execution::clone_into(const CgroupPlace& place) {
  Cgroup cgroup = Cgroup::open(place);
  plan_.cgroup_targets = cgroup.join_targets();
  plan_.cgroup_target_numbers.clear();
  for (const base::UniqueFd& target : plan_.cgroup_targets) plan_.cgroup_target_numbers.push_back(target.get());
  base::FdPair sync = base::make_socket_pair(SOCK_SEQPACKET);
  sync_ = std::move(sync.first);
  plan_.sync = std::move(sync.second);
  const InitSteps steps = exec_steps(plan_);
  cloned_ = clone_init({.plan = plan_,
                        .steps = steps,
                        .namespaces = namespaces_,
                        .cgroup = cgroup.clone_target(),
                        .enters_container = true});
}

void Execution::clone() {
  if (!record_.cgroup) throw CgroupError("the container has no cgroup");
  if (!request_.cgroups.empty()) {
    clone_into(sub_cgroup(*record_.cgroup, request_.cgroups));
  } else {
    try {
      clone_into(*record_.cgroup);
    } catch (const base::SysError& e) {
      // Init may have moved below, so that its old cgroup takes no processes any more, or out of it altogether.
      if (e.error() != EBUSY && e.error() != ENOENT && e.error() != ENODEV) throw;
      clone_into(place_of_process(*record_.cgroup, record_.init.pid));
    }
  }
  // What it holds is its own alone: its end must be seen here.
  plan_.sync.reset();
  plan_.console_socket.reset();
  plan_.cgroup_targets.clear();
}

void Execution::before_program() {
  if (record_.rdt) join_rdt_groups(*record_.rdt, cloned_.pid);
  if (process_.oom_score_adj) {
    base::write_control(fmt::format("/proc/{}/oom_score_adj", cloned_.pid), std::to_string(*process_.oom_score_adj));
  }
  if (config_.linux_config.find(NamespaceType::user) != nullptr) raise_hard_limits(cloned_.pid, process_.rlimits);
  const auto& affinity = process_.exec_cpu_affinity;
  if (affinity && affinity->final && !fault("exec_affinity_dropped")) {
    set_cpu_affinity(cloned_.pid, *affinity->final);
  }
  if (!request_.pid_file.empty()) {
    const pid_t told = fault("exec_pid_file_is_init") ? record_.init.pid : cloned_.pid;
    write_pid_file(request_.pid_file, told);
  }
}

void Execution::serve() {
  bool handed_over = !agent_.valid();
  SyncMessage message;
  base::UniqueFd listener;
  // The end of file is execve's doing: it closed the other side.
  while (receive_sync_with(sync_.get(), message, listener)) {
    if (message.kind == SyncKind::failed) throw_init_failure(message);
    if (message.kind == SyncKind::seccomp_listener) {
      hand_over_listener(agent_, listener, *config_.linux_config.seccomp,
                         {.record = record_, .status = Status::running, .pid = cloned_.pid});
      handed_over = true;
      continue;
    }
    before_program();
    if (!send_sync(sync_.get(), SyncMessage{.kind = SyncKind::go})) break;
  }
  if (cloned_.pid == 0 || message.kind == SyncKind::go) throw std::runtime_error("the process died before its program");
  if (!handed_over) throw std::runtime_error("/linux/seccomp: the filter's listener was not handed over");
}

}  // namespace

Executed exec_in_container(const ContainerDir& dir, const Config& config, const Process& process,
                           const ExecRequest& request, std::vector<std::string>& warnings) {
  return Execution(dir, config, process, request, warnings).run();
}

}  // namespace refrun
