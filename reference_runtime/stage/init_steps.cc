#include "reference_runtime/stage/init_steps.h"

namespace refrun {
namespace {

class List {
 public:
  explicit List(std::vector<InitStep>& steps) : steps_(steps) { steps_.reserve(40); }
  void add(Step step, int (*run)(Init&) noexcept, bool needed = true) {
    if (needed) steps_.push_back({step, run});
  }

 private:
  std::vector<InitStep>& steps_;
};

void add_namespaces(List& list, const InitPlan& plan) {
  using namespace init_step;
  const auto network = [&] {
    list.add(Step::loopback_up, loopback_up, plan.loopback_up);
    list.add(Step::set_hostname, set_hostname, plan.hostname.has_value());
    list.add(Step::set_domainname, set_domainname, plan.domainname.has_value());
  };
  const auto cgroups = [&] {
    list.add(Step::await_cgroup, await_cgroup, plan.waits_for_cgroup || plan.cgroups_follow);
    list.add(Step::join_cgroups, join_cgroups, !plan.cgroup_target_numbers.empty());
  };
  if (!plan.cgroups_follow) cgroups();
  // First the user namespace: whatever comes after belongs to it.
  list.add(Step::join_namespaces, join_namespaces, !plan.joined.empty());
  list.add(Step::map_ids, map_ids, plan.new_user_namespace);
  list.add(Step::become_namespace_root, become_namespace_root,
           plan.new_user_namespace || plan.root_in_joined_user_namespace);
  list.add(Step::hide_from_debuggers, hide_from_debuggers);
  list.add(Step::new_session, new_session);
  list.add(Step::new_keyring, new_keyring, !plan.keyring.empty());
  if (plan.cgroups_follow) {
    // While the parent makes them. What comes after costs memory that is the container's.
    list.add(Step::make_network_namespace, make_network_namespace);
    network();
    cgroups();
  }
  // The cgroup namespace's root is where init is: it had to join its cgroups before.
  list.add(Step::unshare_namespaces, unshare_namespaces, plan.late_unshare != 0);
  list.add(Step::set_time_offsets, set_time_offsets, (plan.late_unshare & CLONE_NEWTIME) != 0);
  if (!plan.cgroups_follow) network();
}

void add_file_system(List& list, const InitPlan& plan) {
  using namespace init_step;
  list.add(Step::keep_mounts_from_spreading, keep_mounts_from_spreading, plan.new_mount_namespace);
  list.add(Step::mount_root, mount_root);
  list.add(Step::make_mounts, make_mounts, !plan.mounts.empty());
  list.add(Step::make_devices, make_devices, !plan.devices.empty());
  list.add(Step::link_devices, link_devices, !plan.dev_is_bound);
  list.add(Step::link_ptmx, link_ptmx, !plan.dev_is_bound);
  // The parent now runs the prestart and createRuntime hooks: mounts are made, the root is not yet changed.
  const auto runtime_hooks = [&] {
    list.add(Step::report_environment, report_environment, plan.waits_for_runtime_hooks);
  };
  const auto container_hooks = [&] {
    const bool here = !plan.create_container_hooks.empty() && !fault("create_container_in_runtime");
    list.add(Step::create_container_hooks, run_create_container_hooks, here);
  };
  if (fault("create_container_before_create_runtime")) container_hooks();
  if (!fault("prestart_after_pivot")) runtime_hooks();
  if (!fault("create_container_before_create_runtime") && !fault("create_container_after_pivot")) {
    container_hooks();
  }
  list.add(Step::change_root, change_root);
  if (fault("prestart_after_pivot")) runtime_hooks();
  if (fault("create_container_after_pivot")) container_hooks();
  list.add(Step::open_terminal, open_terminal, plan.process && plan.process->terminal);
  list.add(Step::set_sysctls, set_sysctls, !plan.sysctl.empty());
  list.add(Step::create_cwd, create_cwd, plan.process.has_value());
  list.add(Step::make_paths_readonly, make_paths_readonly, !plan.readonly_paths.empty());
  list.add(Step::mask_paths, mask_paths, !plan.masked_paths.empty());
  list.add(Step::set_root_propagation, set_root_propagation, plan.root.propagation != 0);
  list.add(Step::make_root_readonly, make_root_readonly, plan.root.readonly);
}

void add_process(List& list, const InitPlan& plan) {
  using namespace init_step;
  if (!plan.process) return;
  const ProcessPlan& process = *plan.process;
  list.add(Step::set_personality, set_personality, process.personality.has_value());
  list.add(Step::set_scheduler, set_scheduler, process.scheduler.has_value());
  list.add(Step::set_io_priority, set_io_priority, process.io_priority.has_value());
  list.add(Step::set_memory_policy, set_memory_policy, process.memory_policy.has_value());
  list.add(Step::own_standard_streams, own_standard_streams, !process.terminal && process.uid != 0);
  list.add(Step::complete_environment, complete_environment);
  list.add(Step::prepare_executor, prepare_executor);
}

void add_program(List& list, const InitPlan& plan) {
  using namespace init_step;
  // Its hooks have what the payload will have: user, capabilities, limits, working directory and filter.
  const auto start_hooks = [&] {
    list.add(Step::start_container_hooks, run_start_container_hooks,
             !plan.start_container_hooks.empty() && !fault("start_container_at_create") &&
                 !fault("start_container_in_runtime"));
  };
  if (!plan.process) start_hooks();
  if (plan.process) {
    const ProcessPlan& process = *plan.process;
    list.add(Step::set_security_labels, set_security_labels,
             !process.apparmor_exec.empty() || !process.selinux_label.empty());
    list.add(Step::set_rlimits, set_rlimits, !process.rlimits.empty());
    list.add(Step::bound_capabilities, bound_capabilities);
    list.add(Step::set_groups, set_groups);
    list.add(Step::set_user, set_user);
    list.add(Step::set_capabilities, set_capabilities);
    list.add(Step::set_no_new_privileges, set_no_new_privileges, process.no_new_privileges);
    list.add(Step::set_umask, set_umask);
    list.add(Step::enter_cwd, enter_cwd);
    // A filter with a listener is loaded once, so for the hooks as well; any other one each hook loads for itself.
    const bool filtered = process.seccomp.has_value();
    const bool notifies = filtered && process.seccomp->notifies;
    if (!notifies) start_hooks();
    // From here on the filter may forbid anything but what remains: capset where nothing is executed, and execve.
    list.add(Step::load_seccomp, load_seccomp, filtered);
    if (notifies) start_hooks();
    const bool executes = plan.executor && plan.executor->name() == "native";
    list.add(Step::drop_sys_admin, drop_sys_admin, filtered && !process.no_new_privileges && !executes);
  }
  list.add(Step::run_payload, run_payload);
}

}  // namespace

InitSteps init_steps(const InitPlan& plan) {
  InitSteps steps;
  List create(steps.create);
  add_namespaces(create, plan);
  add_file_system(create, plan);
  add_process(create, plan);
  if (fault("start_container_at_create") && !plan.start_container_hooks.empty()) {
    create.add(Step::start_container_hooks, init_step::run_start_container_hooks);
  }
  create.add(Step::close_descriptors, init_step::close_descriptors);
  create.add(Step::report_ready, init_step::report_ready);
  List start(steps.start);
  start.add(Step::wait_at_gate, init_step::wait_at_gate);
  add_program(start, plan);
  return steps;
}

InitSteps exec_steps(const InitPlan& plan) {
  using namespace init_step;
  InitSteps steps;
  List list(steps.create);
  list.add(Step::new_session, new_session);
  list.add(Step::new_keyring, new_keyring, !plan.keyring.empty());
  list.add(Step::enter_root, enter_root);
  list.add(Step::open_terminal, open_terminal, plan.process->terminal);
  add_process(list, plan);
  list.add(Step::close_descriptors, close_descriptors);
  list.add(Step::report_before_program, report_before_program);
  add_program(list, plan);
  return steps;
}

}  // namespace refrun
