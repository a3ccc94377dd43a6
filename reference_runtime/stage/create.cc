#include "reference_runtime/stage/create.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "base/deadline.h"
#include "base/file.h"
#include "base/pidfd.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/embed/report.h"
#include "reference_runtime/net/move_devices.h"
#include "reference_runtime/plan/cgroup_owner.h"
#include "reference_runtime/plan/make_plan.h"
#include "reference_runtime/stage/bundle.h"
#include "reference_runtime/stage/clone.h"
#include "reference_runtime/stage/console.h"
#include "reference_runtime/stage/criu.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/gate.h"
#include "reference_runtime/stage/id_maps.h"
#include "reference_runtime/stage/raise_limits.h"
#include "reference_runtime/stage/runtime_hooks.h"
#include "reference_runtime/stage/seccomp_agent.h"
#include "reference_runtime/stage/undo.h"
#include "reference_runtime/sys/own_umask.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

bool listens(const Config& config) { return config.linux_config.seccomp && notifies(*config.linux_config.seccomp); }

/// In words that follow "died"; none where init is not this process's child.
std::string how_it_ended(const base::UniqueFd& init) {
  siginfo_t info{};
  const auto pidfd = static_cast<idtype_t>(P_PIDFD);
  if (!init.valid() || !base::wait_ended(init, base::Deadline::in(std::chrono::seconds(1)))) return "";
  if (::waitid(pidfd, static_cast<id_t>(init.get()), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
    return "";
  return (info.si_code == CLD_EXITED ? " with exit code " : " by signal ") + std::to_string(info.si_status);
}

std::string resctrl_root() { return find_resctrl(base::read_file("/proc/self/mountinfo")); }

std::string now_rfc3339() {
  // Not by gmtime(3): that reads /etc/localtime first.
  const auto now = std::chrono::system_clock::now();
  const auto midnight = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day day(midnight);
  const std::chrono::hh_mm_ss<std::chrono::nanoseconds> time(now - midnight);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

/// One `create` in progress.
class Creation {
 public:
  Creation(const Store& store, const CreateRequest& request, std::vector<std::string>& warnings)
      : store_(store), request_(request), warnings_(warnings), privileges_(own_privileges()) {}

  Created run();

 private:
  void check_terminal() const;
  void reserve();
  void create_cgroup();
  void begin_cgroup();
  void meddle_with_delegation();
  void complete_cgroup();
  [[nodiscard]] bool cgroup_can_follow() const;
  void refuse_unsupported() const;
  void make_groups();
  void plan();
  void clone();
  void restore();
  void adopt_into_scope();
  void move_devices();
  void serve_init();
  void apply_to_init();
  void run_hooks();
  void complete();
  [[noreturn]] void init_died() const;
  void prepare_completion();
  SyncMessage receive();
  void tell(SyncKind kind);

  const Store& store_;
  const CreateRequest& request_;
  std::vector<std::string>& warnings_;
  Privileges privileges_;

  Bundle bundle_;
  std::optional<ContainerDir> dir_;
  Record record_;
  CgroupRequest cgroup_request_;
  std::optional<Resources> scope_resources_;  ///< kept from systemd by a fault
  std::optional<Cgroup> cgroup_;
  bool cgroup_follows_ = false;  ///< it is completed while init is on its way already
  InitPlan plan_;
  NamespacePlan namespaces_;
  base::UniqueFd sync_;
  base::UniqueFd gate_;  ///< an open connection to init's gate, where the container is to start at once
  Cloned init_;
  bool record_prepared_ = false;
  Undo undo_;
};

/// create: its story, one call per step.
Created Creation::run() {
  run_step(Step::read_bundle, [&] { bundle_ = load_bundle(request_.bundle, warnings_); });
  check_terminal();
  refuse_unsupported();
  run_step(Step::reserve_id, [&] { reserve(); });
  // From here on there is something to undo.
  try {
    run_step(Step::create_cgroup, [&] { create_cgroup(); });
    if (request_.restore == nullptr) plan();
    if (bundle_.config.linux_config.intel_rdt && !fault("intel_rdt_ignored")) {
      run_step(Step::make_rdt_groups, [&] { make_groups(); });
    }
    run_step(Step::clone_init, [&] { request_.restore == nullptr ? clone() : restore(); });
    run_step(Step::record_init, [&] {
      record_.init = identify(init_.pid);
      dir_->write_record(record_);
    });
    if (cgroup_follows_) complete_cgroup();
    if (record_.rdt) run_step(Step::join_rdt_groups, [&] { join_rdt_groups(*record_.rdt, init_.pid); });
    if (!bundle_.config.linux_config.net_devices.empty()) run_step(Step::move_net_devices, [&] { move_devices(); });
    if (request_.restore == nullptr) serve_init();
    complete();
  } catch (const HookFailed&) {
    // runtime.md#lifecycle: stop the container and continue at step 12: destroy, then the poststop hooks.
    if (fault("hook_failure_keeps_container")) {
      undo_.release();
      throw;
    }
    undo_.unwind();
    if (!fault("poststop_skipped_after_failure")) {
      run_poststop_hooks(bundle_.config.hooks.poststop, record_, warnings_);
    }
    throw;
  }
  undo_.release();
  return {.dir = std::move(*dir_),
          .record = std::move(record_),
          .config = std::move(bundle_.config),
          .init = std::move(init_.pidfd),
          .gate = std::move(gate_)};
}

void Creation::check_terminal() const {
  const bool terminal = bundle_.config.process && bundle_.config.process->terminal;
  const bool console = !request_.console_socket.empty() || request_.console_fd >= 0;
  if (terminal && !console) {
    throw std::runtime_error("/process/terminal is true: a detached container needs --console-socket");
  }
  if (!terminal && !request_.console_socket.empty()) {
    throw std::runtime_error("--console-socket is of no use: /process/terminal is not true");
  }
}

/// What this host cannot do must not look as if it were done.
void Creation::refuse_unsupported() const {
  const Linux& config = bundle_.config.linux_config;
  if (config.intel_rdt && resctrl_root().empty() && !fault("intel_rdt_ignored")) {
    throw std::runtime_error("/linux/intelRdt: no resctrl file system is mounted here");
  }
  if (listens(bundle_.config)) check_agent(*config.seccomp);
}

/// Written down before they are made, as the cgroup is.
void Creation::make_groups() {
  const IntelRdt& config = *bundle_.config.linux_config.intel_rdt;
  const std::string root = resctrl_root();
  record_.rdt = plan_rdt_groups(config, root, request_.id);
  dir_->write_record(record_);
  undo_.add([this] {
    try {
      remove_rdt_groups(*record_.rdt);
    } catch (const std::exception& e) {
      warnings_.emplace_back(e.what());
    }
  });
  make_rdt_groups(config, root, *record_.rdt);
}

void Creation::reserve() {
  dir_ = store_.reserve(request_.id);
  if (!fault("create_failure_leaves_state")) {
    undo_.add([this] {
      try {
        dir_->remove();
      } catch (const std::exception& e) {
        warnings_.emplace_back(e.what());
      }
    });
  }
  record_.id = request_.id;
  record_.bundle = fault("state_relative_bundle") ? request_.bundle : bundle_.path;
  record_.oci_version = bundle_.config.oci_version;
  record_.created_at = now_rfc3339();
  record_.owner = ::geteuid() == 0 ? "root" : std::to_string(::geteuid());
  record_.annotations = bundle_.config.annotations;
  record_.creator = identify(::getpid());
  record_.has_process = bundle_.config.process.has_value();
  record_.needs_config = !bundle_.config.hooks.empty() || listens(bundle_.config);
  record_.own_pid_namespace = bundle_.config.linux_config.creates(NamespaceType::pid);
  run_step(Step::keep_config, [&] { base::write_file(dir_->path("config.json"), bundle_.config_text, 0600); });
}

void Creation::create_cgroup() {
  const Config& config = bundle_.config;
  cgroup_request_ = {.id = request_.id,
                     .path = config.linux_config.cgroups_path,
                     .resources = config.linux_config.resources,
                     .privilege = privileges_.full() ? Privilege::full : Privilege::rootless,
                     .systemd = request_.systemd_cgroup,
                     .delegation = privileges_.full() ? delegation_of(config) : std::nullopt,
                     .annotations = config.annotations};
  if (fault("systemd_annotations_ignored")) cgroup_request_.annotations.clear();
  if (fault("systemd_limits_untold")) scope_resources_ = std::exchange(cgroup_request_.resources, std::nullopt);
  if (fault("systemd_slice_is_machine") && cgroup_request_.path && cgroup_request_.path->starts_with(':')) {
    cgroup_request_.path = "machine.slice" + *cgroup_request_.path;
  }
  if (fault("systemd_keeps_failed_scope")) {
    cgroup_request_.annotations["org.systemd.property.CollectMode"] = "'inactive'";
  }
  if (fault("systemd_guards_devices")) cgroup_request_.annotations["org.systemd.property.DevicePolicy"] = "'strict'";
  // Written down before it is made: whatever happens, `delete` will find it.
  record_.cgroup = Cgroup::locate(cgroup_request_);
  dir_->write_record(record_);
  const bool joins = fault("shared_cgroup_ends_only_init") && !Cgroup::open(*record_.cgroup).is_gone();
  cgroup_follows_ = !joins && cgroup_can_follow();
  if (joins) {
    cgroup_ = Cgroup::open(*record_.cgroup);
  } else {
    begin_cgroup();
  }
  if (!fault("create_failure_leaves_cgroup") && !fault("create_failure_leaves_init")) {
    undo_.add([this] { remove_cgroup_quietly(*cgroup_, warnings_); });
  }
  record_.cgroup = cgroup_->place();
  if (!cgroup_follows_) meddle_with_delegation();
}

/// A cgroup in each v1 hierarchy and a network namespace take equally long: here the parent makes the ones and init
/// the other. Not where a mount shows the cgroups, where it is the parent that needs the namespace, or where some
/// cgroups may be refused.
bool Creation::cgroup_can_follow() const {
  const Linux& config = bundle_.config.linux_config;
  const auto shows_cgroups = [](const Mount& mount) {
    return mount.type == "cgroup" || mount.source.starts_with("/sys/fs/cgroup");
  };
  const std::vector<Mount>& mounts = bundle_.config.mounts;
  return request_.restore == nullptr && !request_.systemd_cgroup && !record_.cgroup->legacy.empty() &&
         privileges_.full() && config.creates(NamespaceType::network) && config.find(NamespaceType::user) == nullptr &&
         config.net_devices.empty() && std::none_of(mounts.begin(), mounts.end(), shows_cgroups);
}

void Creation::begin_cgroup() {
  if (!request_.systemd_cgroup && !cgroup_follows_) {
    cgroup_ = Cgroup::create(cgroup_request_, *record_.cgroup);
    return;
  }
  try {
    cgroup_ = Cgroup::begin(cgroup_request_, *record_.cgroup);
  } catch (const base::SysError&) {
    // Half made. Whatever has members stays.
    if (cgroup_follows_) ::rmdir(record_.cgroup->unified.c_str());
    for (const std::string& parent : record_.cgroup->parents) ::rmdir(parent.c_str());
    throw;
  }
}

void Creation::complete_cgroup() {
  cgroup_->complete(cgroup_request_);
  record_.cgroup = cgroup_->place();
  meddle_with_delegation();
  // One message for each v1 cgroup, with what opens it.
  for (const base::UniqueFd& target : cgroup_->join_targets()) {
    if (!send_sync_with(sync_.get(), SyncMessage{.kind = SyncKind::go}, target.get())) init_died();
  }
}

void Creation::meddle_with_delegation() {
  if (fault("delegation_on_v1") && cgroup_request_.delegation) {
    for (const std::string& directory : record_.cgroup->legacy_directories())
      [[maybe_unused]] const int ignored = ::chown(directory.c_str(), cgroup_request_.delegation->owner, 0);
  }
  if (fault("delegation_needs_every_file") && cgroup_request_.delegation) {
    for (const std::string& file : cgroup_request_.delegation->files)
      base::open_file(record_.cgroup->unified + "/" + file, O_PATH);
  }
}

void Creation::plan() {
  const Config& config = bundle_.config;
  plan_ = make_plan({.config = config,
                     .id = request_.id,
                     .bundle = bundle_.path,
                     .process = {.preserved_fds = request_.preserve_fds,
                                 .listen_fds = request_.listen_fds,
                                 .caller_umask = own_umask(),
                                 .may_set_groups = may_set_groups(config.linux_config, privileges_),
                                 .all_capabilities = config.linux_config.find(NamespaceType::user) != nullptr,
                                 .seccomp_cache = dir_->seccomp_cache()},
                     .cgroup = record_.cgroup ? &*record_.cgroup : nullptr,
                     .no_pivot = request_.no_pivot,
                     .no_new_keyring = request_.no_new_keyring,
                     .may_mount = privileges_.may_mount,
                     .may_make_devices = privileges_.full()},
                    namespaces_, warnings_);
  plan_.creating_state = hook_state(record_, Status::creating);
  plan_.created_state = hook_state(record_, Status::created);
  if (!plan_.new_mount_namespace) {
    record_.rootfs_mount = plan_.root.path;
    undo_.add([this] { unmount_root_quietly(record_, warnings_); });
  }
  run_step(Step::open_gate, [&] {
    plan_.gate_lock = make_gate_lock(*dir_);
    plan_.gate_socket = listen_at_gate(*dir_);
  });
  if (!request_.console_socket.empty()) {
    plan_.console_socket = connect_socket(request_.console_socket, "the console socket");
  } else if (request_.console_fd >= 0) {
    plan_.console_socket = base::duplicate(request_.console_fd);
  }
  plan_.waits_for_cgroup = request_.systemd_cgroup;
  plan_.cgroups_follow = cgroup_follows_;
  if (cgroup_follows_) {
    plan_.cgroup_target_numbers.resize(record_.cgroup->legacy_directories().size());  // await_cgroup fills them in
    namespaces_.clone_flags &= ~static_cast<std::uint64_t>(CLONE_NEWNET);
  } else if (!request_.systemd_cgroup) {
    plan_.cgroup_targets = cgroup_->join_targets();
  }
  for (const base::UniqueFd& target : plan_.cgroup_targets) plan_.cgroup_target_numbers.push_back(target.get());
  plan_.lock_to_drop = dir_->fd();
}

void Creation::clone() {
  base::FdPair sync = base::make_socket_pair(SOCK_SEQPACKET);
  sync_ = std::move(sync.first);
  plan_.sync = std::move(sync.second);
  const InitSteps steps = init_steps(plan_);
  if (fault("host_root_left_open")) ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  init_ = clone_init({.plan = plan_,
                      .steps = steps,
                      .namespaces = namespaces_,
                      .cgroup = cgroup_->clone_target(),
                      .sibling = request_.sibling});
  if (!fault("create_failure_leaves_init")) {
    undo_.add([this] { end_init(init_.pidfd, init_.pid); });
  }
  if (request_.report_socket >= 0) send_report(request_.report_socket, ReportKind::init, {}, init_.pidfd.get());
  if (request_.starts_at_once) gate_ = knock_at_gate(*dir_);
  // What init holds is init's alone: its end must be seen here, and the gate's lock must be only its own.
  plan_.sync.reset();
  plan_.gate_lock.reset();
  plan_.gate_socket.reset();
  plan_.console_socket.reset();
  plan_.cgroup_targets.clear();
}

/// No hooks run, and none of init's steps: what they did is in the images.
void Creation::restore() {
  std::vector<base::UniqueFd> cgroups = cgroup_->join_targets();
  if (!cgroup_->place().unified.empty()) {
    cgroups.push_back(base::open_file(cgroup_->place().unified + "/cgroup.procs", O_WRONLY));
  }
  const std::string root = root_path(bundle_.config, bundle_.path);
  const std::string pid_file = dir_->path("criu.pid");
  init_.pid = restore_tree(*request_.restore, bundle_.config, {.root = root, .pid_file = pid_file, .cgroups = cgroups});
  auto pidfd = base::open_pidfd(init_.pid);
  if (!pidfd) throw std::runtime_error("what criu restored has ended already");
  init_.pidfd = std::move(*pidfd);
  undo_.add([this] { end_init(init_.pidfd, init_.pid); });
}

/// systemd makes a scope only around a process that is there already: this is init's slow road into its cgroups.
void Creation::adopt_into_scope() {
  cgroup_->adopt_init(cgroup_request_, init_.pid, base::Deadline::in(kPatience));
  if (scope_resources_) cgroup_request_.resources = scope_resources_;
  cgroup_->complete(cgroup_request_);
  cgroup_->attach(init_.pid);
  record_.cgroup = cgroup_->place();
  if (fault("systemd_unit_file_touched")) {
    base::write_file("/run/systemd/transient/" + record_.cgroup->scope, "[Scope]\n");
  }
}

void Creation::move_devices() {
  const Linux& config = bundle_.config.linux_config;
  move_net_devices(config.net_devices, network_namespace_of(config, init_.pid));
}

SyncMessage Creation::receive() {
  SyncMessage message;
  if (!receive_sync(sync_.get(), message)) init_died();
  if (message.kind == SyncKind::failed) throw_init_failure(message);
  return message;
}

void Creation::tell(SyncKind kind) {
  if (!send_sync(sync_.get(), SyncMessage{.kind = kind})) init_died();
}

void Creation::init_died() const { throw std::runtime_error("init died during create" + how_it_ended(init_.pidfd)); }

void Creation::apply_to_init() {
  const Config& config = bundle_.config;
  if (config.process && config.process->oom_score_adj) {
    run_step(Step::set_oom_score, [&] {
      base::write_control(fmt::format("/proc/{}/oom_score_adj", init_.pid),
                          std::to_string(*config.process->oom_score_adj));
    });
  }
  if (config.process && config.linux_config.find(NamespaceType::user) != nullptr) {
    raise_hard_limits(init_.pid, config.process->rlimits);
  }
}

void Creation::run_hooks() {
  HookContext context{.record = record_, .status = Status::creating, .pid = init_.pid};
  const Hooks& hooks = bundle_.config.hooks;
  const auto prestart = [&] {
    context.container_namespaces = fault("prestart_in_container") ? init_.pidfd.get() : -1;
    run_step(Step::prestart_hooks, [&] { run_runtime_hooks(hooks.prestart, "prestart", context); });
  };
  if (!fault("create_runtime_before_prestart")) prestart();
  context.container_namespaces = fault("create_runtime_in_container") ? init_.pidfd.get() : -1;
  run_step(Step::create_runtime_hooks, [&] { run_runtime_hooks(hooks.create_runtime, "createRuntime", context); });
  if (fault("create_runtime_before_prestart")) prestart();
  if (fault("create_container_in_runtime")) {
    context.container_namespaces = -1;
    run_runtime_hooks(hooks.create_container, "createContainer", context);
  }
}

/// What can be done while init is at work, so that it need not wait for it later.
void Creation::prepare_completion() {
  if (request_.systemd_cgroup) return;  // the record is to change yet
  Record whole = record_;
  whole.complete = true;
  dir_->prepare_record(whole);
  record_prepared_ = true;
}

void Creation::serve_init() {
  if (init_.pid != 0) apply_to_init();
  prepare_completion();
  for (;;) {
    const SyncMessage message = receive();
    if (message.kind == SyncKind::want_cgroup) {
      run_step(Step::adopt_into_scope, [&] { adopt_into_scope(); });
    } else if (message.kind == SyncKind::want_id_maps) {
      run_step(Step::write_id_maps, [&] { write_id_maps(init_.pid, bundle_.config.linux_config, privileges_); });
    } else if (message.kind == SyncKind::environment) {
      run_hooks();
    } else {
      return;  // ready
    }
    tell(SyncKind::go);
  }
}

void Creation::complete() {
  if (const auto& resources = bundle_.config.linux_config.resources)
    cgroup_->finish(*resources, cgroup_request_.privilege);
  run_step(Step::complete_record, [&] {
    record_.complete = true;
    if (!record_prepared_) dir_->prepare_record(record_);
    dir_->replace_record();
  });
  if (!request_.pid_file.empty()) {
    const bool in_bundle = fault("pid_file_in_bundle") && !request_.pid_file.starts_with('/');
    const std::string path = in_bundle ? bundle_.path + "/" + request_.pid_file : request_.pid_file;
    run_step(Step::write_pid_file, [&] { write_pid_file(path, init_.pid); });
  }
  if (request_.restore == nullptr) run_step(Step::release_init, [&] { tell(SyncKind::go); });
}

}  // namespace

Created create_container(const Store& store, const CreateRequest& request, std::vector<std::string>& warnings) {
  return Creation(store, request, warnings).run();
}

}  // namespace refrun
