#pragma once

#include "reference_runtime/stage/init.h"

/// One function per named step of init; their order is in init_steps.cc.
namespace refrun::init_step {

// init_namespaces.cc
int join_cgroups(Init& init) noexcept;
int join_namespaces(Init& init) noexcept;
int make_network_namespace(Init& init) noexcept;
int await_cgroup(Init& init) noexcept;
int map_ids(Init& init) noexcept;
int become_namespace_root(Init& init) noexcept;
int hide_from_debuggers(Init& init) noexcept;
int new_session(Init& init) noexcept;
int unshare_namespaces(Init& init) noexcept;
int set_time_offsets(Init& init) noexcept;
int loopback_up(Init& init) noexcept;
int set_hostname(Init& init) noexcept;
int set_domainname(Init& init) noexcept;

// init_root.cc
int keep_mounts_from_spreading(Init& init) noexcept;
int mount_root(Init& init) noexcept;
int change_root(Init& init) noexcept;
int set_root_propagation(Init& init) noexcept;
int make_root_readonly(Init& init) noexcept;

// init_mounts.cc
int make_mounts(Init& init) noexcept;

// init_devices.cc
int make_devices(Init& init) noexcept;
int link_devices(Init& init) noexcept;
int link_ptmx(Init& init) noexcept;

// init_paths.cc
int set_sysctls(Init& init) noexcept;
int mask_paths(Init& init) noexcept;
int make_paths_readonly(Init& init) noexcept;

// init_terminal.cc
int open_terminal(Init& init) noexcept;

// init_hooks.cc
int run_create_container_hooks(Init& init) noexcept;
int run_start_container_hooks(Init& init) noexcept;

// init_process.cc
int set_personality(Init& init) noexcept;
int set_scheduler(Init& init) noexcept;
int set_io_priority(Init& init) noexcept;
int set_memory_policy(Init& init) noexcept;
int set_no_new_privileges(Init& init) noexcept;
int load_seccomp(Init& init) noexcept;
int drop_sys_admin(Init& init) noexcept;
int set_groups(Init& init) noexcept;
int bound_capabilities(Init& init) noexcept;
int set_user(Init& init) noexcept;
int set_capabilities(Init& init) noexcept;
int set_umask(Init& init) noexcept;
int create_cwd(Init& init) noexcept;
int enter_cwd(Init& init) noexcept;
int own_standard_streams(Init& init) noexcept;
int set_rlimits(Init& init) noexcept;

// init_labels.cc
int new_keyring(Init& init) noexcept;
int set_security_labels(Init& init) noexcept;

// init_home.cc
int complete_environment(Init& init) noexcept;

// init_exec.cc
int enter_root(Init& init) noexcept;
int report_before_program(Init& init) noexcept;

// init_gate.cc
int report_environment(Init& init) noexcept;
int prepare_executor(Init& init) noexcept;
int close_descriptors(Init& init) noexcept;
int report_ready(Init& init) noexcept;
int wait_at_gate(Init& init) noexcept;
int run_payload(Init& init) noexcept;

}  // namespace refrun::init_step
