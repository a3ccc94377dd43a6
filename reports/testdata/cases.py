"""The cases that the fixture logs plan: id, level, clause, needs, claim. A sample of what a real run selects."""

TABLE = """
config.json_missing|must|bundle.md#container-format||a bundle without config.json at its root is refused, and nothing is created
config.json_duplicate_keys|must|glossary.md#json||an object with a repeated member name is refused
config.oci_version_missing|must|config.md#specification-version||a config without ociVersion is refused
config.oci_version_older_minor|descr|config.md#specification-version||a config of an earlier 1.x is accepted
config.unknown_property_toplevel|must|config.md#extensibility||an unknown member is ignored
config.annotations_empty_key|must|config.md#annotations||an annotation with an empty key is refused
config.wrong_type|must|config.md#valid-values||a member of the wrong JSON type is refused
lifecycle.create_ok|must|runtime.md#create|root|create makes a container that state then knows
lifecycle.create_dup_id|must|runtime.md#create|root|a second create with the id of a live container fails and leaves the first intact
lifecycle.create_args_not_run|must|runtime.md#create|root|the user's program has not run when create returns
lifecycle.create_failure_leaves_nothing|must|runtime.md#create|root|a create that fails leaves no state, cgroup, mount or process
lifecycle.create_no_process|must|config.md#process|root|create succeeds for a config without process: only start needs it
lifecycle.start_ok|must|runtime.md#start|root|start runs the program that process.args names
lifecycle.start_twice|must|runtime.md#start|root|start of a container that is not created fails and has no effect
lifecycle.run_exit_code|cli|runtime.md#start|root|run in the foreground exits as the program does
state.schema_valid|must|runtime.md#state|root|what state prints is valid by the state schema in every status
state.field_bundle|must|runtime.md#state|root|bundle is an absolute path even where create was given a relative one
state.field_pid_stopped|descr|runtime.md#state|root|pid is absent or 0 once the container is stopped
state.status_paused|cli|runtime.md#state|root,cgroup.freezer|a frozen container is shown as paused
state.after_delete|must|runtime.md#query-state|root|state of a deleted container is an error
state.pid_reuse|hardening|runtime.md#state|root|a recycled pid is not taken for the container's init
kill.running|must|runtime.md#kill|root|KILL ends a running container
kill.created|must|runtime.md#kill|root|KILL ends a created container
kill.stopped_error|must|runtime.md#kill|root|a signal for a container that is neither created nor running is an error
kill.stopped_no_effect|must|runtime.md#kill|root|a refused kill changes nothing that state shows
kill.signal_realtime|cli|runtime.md#kill|root|RTMIN+n is known by name and by number
kill.signal_invalid|must|config.md#valid-values|root|an unknown signal name is refused
kill.host_pidns_pidfd|hardening|runtime.md#kill|root,pidfd|without a PID namespace of its own, KILL ends every process of the container (seen by pidfd)
kill.host_pidns_kill0|hardening|runtime.md#kill|root|without a PID namespace of its own, KILL ends every process of the container (seen by kill 0)
kill.host_pidns_init_gone|hardening|runtime.md#kill|root|KILL ends the members that outlived their init
kill.bystanders_live|hardening|runtime.md#kill|root|KILL leaves processes outside of the container alone
kill.paused|cli|runtime.md#kill|root,cgroup.freezer|KILL of a paused container takes effect
delete.stopped|must|runtime.md#delete|root|delete of a stopped container succeeds
delete.created_refused|must|runtime.md#delete|root|delete of a container that is not stopped is an error
delete.running_refused|must|runtime.md#delete|root|delete of a running container is an error, and it runs on
delete.removes_cgroup|must|runtime.md#delete|root|the cgroups that create made are gone after delete
delete.removes_mounts|must|runtime.md#delete|root|no mount of the container is left on the host after delete
delete.force_host_pidns|hardening|runtime.md#delete|root|delete --force returns when every process of the container is gone
delete.id_reusable|may|runtime.md#delete|root|an id can be used again after delete
hooks.prestart_order|must|config.md#prestart|root|prestart hooks run after the namespaces are made and before the program
hooks.create_runtime_namespace|must|config.md#createruntime-hooks|root|createRuntime hooks run in the runtime's namespace
hooks.create_container_namespace|must|config.md#createcontainer-hooks|root|createContainer hooks run in the container's namespace
hooks.start_container_before_program|must|config.md#startcontainer-hooks|root|startContainer hooks run before the program
hooks.poststop_after_delete|must|config.md#poststop|root|poststop hooks run after the container is deleted
hooks.poststop_failure_warns|must|runtime.md#lifecycle|root|a failing poststop hook is a warning: the rest goes on
hooks.timeout|must|config.md#posix-platform-hooks|root|a hook that outlives its timeout is ended, and counts as failed
hooks.state_on_stdin|must|config.md#posix-platform-hooks|root|each hook gets the container's state on stdin
mounts.order|must|config.md#mounts|root|mounts are made in the order of the list
mounts.tmpfs_size|must|config.md#mounts|root|tmpfs takes its size option
mounts.relative_destination|should|config.md#mounts|root|a relative destination is taken from the root
mounts.propagation_rslave|must|config-linux.md#rootfs-mount-propagation|root|rootfsPropagation slave is what mountinfo shows
mounts.idmap|descr|config.md#posix-platform-mounts|root,mount.idmap|an idmapped mount shows the mapped owners
process.args_empty|must|config.md#process|root|empty args are refused
process.cwd|must|config.md#process|root|the program begins in cwd
process.umask|must|config.md#posix-platform-user|root|the program has the umask that the config gives
process.rlimits_duplicate|must|config.md#posix-process|root|a repeated rlimit type is refused
process.capabilities_unknown|should|config.md#linux-process|root|a capability that the kernel cannot give is a warning
process.no_new_privileges|must|config.md#linux-process|root|noNewPrivileges is set before the program runs
process.oom_score_adj|must|config.md#linux-process|root|oom_score_adj is what the config gives
process.io_priority|descr|config.md#linux-process|root|the program has the I/O priority that the config gives
process.terminal_size|must|config.md#process|root|the terminal has the size of consoleSize
cgroup.v2_memory_max|must|config-linux.md#memory|root,cgroup.v2.memory|memory.limit is in memory.max
cgroup.v2_pids_max|must|config-linux.md#pids|root,cgroup.v2.pids|pids.limit is in pids.max
cgroup.v1_memory_limit|must|config-linux.md#memory|root,cgroup.v1.memory|memory.limit is in memory.limit_in_bytes
cgroup.v1_pids_limit|must|config-linux.md#pids|root,cgroup.v1.pids|pids.limit is in pids.max
cgroup.devices_default|must|config-linux.md#allowed-device-list|root,cgroup.v1.devices|a device that no rule allows cannot be opened
cgroup.path_relative|may|config-linux.md#cgroups-path|root|a relative cgroupsPath is placed under a path of the runtime's choice
seccomp.errno_default|must|config-linux.md#seccomp|root,seccomp|SCMP_ACT_ERRNO gives EPERM where errnoRet is absent
seccomp.listener_fd|must|config-linux.md#seccomp|root,seccomp.notify|the listener gets the seccomp descriptor and the container's state
seccomp.arch_unknown|should|config-linux.md#seccomp|root,seccomp|an unknown architecture is refused
seccomp.kill_process|must|config-linux.md#seccomp|root,seccomp|SCMP_ACT_KILL_PROCESS ends the whole process
features.schema_valid|descr|features.md#features||what features prints is valid by its schema
features.namespaces_listed|may|features-linux.md#namespaces||the namespaces that the runtime can make are listed
"""


def plan_entry(line):
    case_id, level, clause, needs, claim = line.split("|")
    area = case_id.split(".")[0]
    tags = ["death"] if area == "kill" else []
    needs = [need for need in needs.split(",") if need]
    return {"id": case_id, "area": area, "level": level, "clause": clause, "claim": claim, "tags": tags, "needs": needs}


PLAN = [plan_entry(line) for line in TABLE.strip().splitlines()]
BY_ID = {entry["id"]: entry for entry in PLAN}
