#pragma once

#include <string>
#include <vector>

#include "reference_runtime/config/config.h"

namespace refrun {

/// A config.json that breaks no rule and uses every part: the tests break it in one place at a time.
inline base::Json whole_config() {
  return base::parse_json(R"({
    "ociVersion": "1.3.0",
    "process": {
      "terminal": true, "consoleSize": {"height": 25, "width": 80},
      "user": {"uid": 1, "gid": 2, "umask": 63, "additionalGids": [5, 6]},
      "args": ["sh", "-c", "true"], "env": ["PATH=/bin", "TERM=xterm"], "cwd": "/root",
      "capabilities": {"bounding": ["CAP_KILL", "CAP_CHOWN"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"],
                       "inheritable": ["CAP_KILL"], "ambient": ["CAP_KILL"]},
      "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 18446744073709551615}],
      "noNewPrivileges": true, "apparmorProfile": "profile", "selinuxLabel": "u:r:t:s0", "oomScoreAdj": -100,
      "scheduler": {"policy": "SCHED_RR", "nice": 5, "priority": 50, "flags": ["SCHED_FLAG_RESET_ON_FORK"]},
      "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 4},
      "execCPUAffinity": {"initial": "7", "final": "0-3,7"}
    },
    "root": {"path": "rootfs", "readonly": true},
    "hostname": "box", "domainname": "example.test",
    "mounts": [
      {"destination": "/proc", "type": "proc", "source": "proc"},
      {"destination": "/data", "type": "none", "source": "/srv", "options": ["rbind", "ro", "idmap"],
       "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 10}],
       "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 10}]}
    ],
    "hooks": {"createRuntime": [{"path": "/bin/hook", "args": ["hook", "x"], "env": ["A=b"], "timeout": 5}],
              "prestart": [{"path": "/bin/old"}], "createContainer": [{"path": "/bin/c"}],
              "startContainer": [{"path": "/bin/s"}], "poststart": [{"path": "/bin/p"}], "poststop": [{"path": "/bin/q"}]},
    "annotations": {"com.example.key": "value", "empty.value": ""},
    "linux": {
      "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/x"}, {"type": "mount"}, {"type": "ipc"},
                     {"type": "uts"}, {"type": "user"}, {"type": "cgroup"}, {"type": "time"}],
      "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
      "gidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
      "timeOffsets": {"monotonic": {"secs": -5, "nanosecs": 7}, "boottime": {"secs": 9}},
      "devices": [{"type": "c", "path": "/dev/fuse", "major": 10, "minor": 229, "fileMode": 438, "uid": 0, "gid": 0},
                  {"type": "p", "path": "/dev/pipe"}],
      "netDevices": {"eth0": {"name": "inside0"}, "eth1": {}, "eth2": {"name": "veth%d"}},
      "cgroupsPath": "/runtime/box",
      "resources": {
        "devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rw"}],
        "memory": {"limit": 536870912, "reservation": -1, "swap": 536870912, "kernel": -1, "kernelTCP": -1,
                   "swappiness": 0, "disableOOMKiller": false, "useHierarchy": true, "checkBeforeUpdate": true},
        "cpu": {"shares": 1024, "quota": 100000, "burst": 1000, "period": 100000, "realtimeRuntime": 1,
                "realtimePeriod": 2, "cpus": "0-1", "mems": "0", "idle": 1},
        "pids": {"limit": 0},
        "blockIO": {"weight": 100, "leafWeight": 10, "weightDevice": [{"major": 8, "minor": 0, "weight": 500}],
                    "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 600}],
                    "throttleWriteBpsDevice": [{"major": 8, "minor": 0, "rate": 601}],
                    "throttleReadIOPSDevice": [{"major": 8, "minor": 0, "rate": 602}],
                    "throttleWriteIOPSDevice": [{"major": 8, "minor": 16, "rate": 18446744073709551615}]},
        "hugepageLimits": [{"pageSize": "2MB", "limit": 9223372036854772000}],
        "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 500}]},
        "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}},
        "unified": {"memory.high": "1000", "io.max": "8:0 rbps=1\n8:16 wbps=2"}
      },
      "rootfsPropagation": "slave",
      "seccomp": {
        "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"],
        "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/agent.sock", "listenerMetadata": "x",
        "syscalls": [{"names": ["getcwd", "chmod"], "action": "SCMP_ACT_ERRNO", "errnoRet": 13,
                      "args": [{"index": 1, "value": 18446744073709551615, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"}]},
                     {"names": ["mount"], "action": "SCMP_ACT_NOTIFY"}]
      },
      "sysctl": {"net.ipv4.ip_forward": "1", "kernel.msgmax": "5", "fs.mqueue.msg_max": "9"},
      "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "mountLabel": "u:r:t:s0",
      "intelRdt": {"closID": "group", "l3CacheSchema": "L3:0=f", "memBwSchema": "MB:0=20", "schemata": ["L2:0=f"],
                   "enableMonitoring": true},
      "memoryPolicy": {"mode": "MPOL_INTERLEAVE", "nodes": "2-3", "flags": ["MPOL_F_STATIC_NODES"]},
      "personality": {"domain": "LINUX32"}
    }
  })");
}

/// The smallest config that breaks no rule.
inline base::Json small_config() {
  return base::parse_json(
      R"({"ociVersion": "1.0.0", "root": {"path": "rootfs"}, "process": {"user": {"uid": 0, "gid": 0}, "args": ["sh"], "cwd": "/"}})");
}

inline Problems problems_of(const base::Json& document) {
  Problems problems;
  (void)parse_config(document, problems);
  return problems;
}

}  // namespace refrun
