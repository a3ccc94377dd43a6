#include "reference_runtime/config/words.h"

#include <linux/capability.h>
#include <linux/mempolicy.h>
#include <sys/resource.h>

#include <array>

namespace refrun {
namespace {

template <typename T>
using Entry = std::pair<std::string_view, T>;

template <typename T, std::size_t N>
constexpr Words<T> words_of(const std::array<Entry<T>, N>& entries) {
  return {entries.data(), entries.size()};
}

constexpr std::array kNamespaceTypeEntries{
    Entry<NamespaceType>{"pid", NamespaceType::pid},       Entry<NamespaceType>{"network", NamespaceType::network},
    Entry<NamespaceType>{"mount", NamespaceType::mount},   Entry<NamespaceType>{"ipc", NamespaceType::ipc},
    Entry<NamespaceType>{"uts", NamespaceType::uts},       Entry<NamespaceType>{"user", NamespaceType::user},
    Entry<NamespaceType>{"cgroup", NamespaceType::cgroup}, Entry<NamespaceType>{"time", NamespaceType::time},
};

// The r-words are what runc's users write; the root is always treated recursively.
constexpr std::array kRootfsPropagationEntries{
    Entry<RootfsPropagation>{"shared", RootfsPropagation::shared},
    Entry<RootfsPropagation>{"slave", RootfsPropagation::slave},
    Entry<RootfsPropagation>{"private", RootfsPropagation::private_},
    Entry<RootfsPropagation>{"unbindable", RootfsPropagation::unbindable},
    Entry<RootfsPropagation>{"rshared", RootfsPropagation::shared},
    Entry<RootfsPropagation>{"rslave", RootfsPropagation::slave},
    Entry<RootfsPropagation>{"rprivate", RootfsPropagation::private_},
    Entry<RootfsPropagation>{"runbindable", RootfsPropagation::unbindable},
};

constexpr std::array kRlimitEntries{
    Entry<int>{"RLIMIT_AS", RLIMIT_AS},
    Entry<int>{"RLIMIT_CORE", RLIMIT_CORE},
    Entry<int>{"RLIMIT_CPU", RLIMIT_CPU},
    Entry<int>{"RLIMIT_DATA", RLIMIT_DATA},
    Entry<int>{"RLIMIT_FSIZE", RLIMIT_FSIZE},
    Entry<int>{"RLIMIT_LOCKS", RLIMIT_LOCKS},
    Entry<int>{"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    Entry<int>{"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
    Entry<int>{"RLIMIT_NICE", RLIMIT_NICE},
    Entry<int>{"RLIMIT_NOFILE", RLIMIT_NOFILE},
    Entry<int>{"RLIMIT_NPROC", RLIMIT_NPROC},
    Entry<int>{"RLIMIT_RSS", RLIMIT_RSS},
    Entry<int>{"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
    Entry<int>{"RLIMIT_RTTIME", RLIMIT_RTTIME},
    Entry<int>{"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    Entry<int>{"RLIMIT_STACK", RLIMIT_STACK},
};

constexpr std::array kCapabilityEntries{
    Entry<unsigned>{"CAP_CHOWN", CAP_CHOWN},
    Entry<unsigned>{"CAP_DAC_OVERRIDE", CAP_DAC_OVERRIDE},
    Entry<unsigned>{"CAP_DAC_READ_SEARCH", CAP_DAC_READ_SEARCH},
    Entry<unsigned>{"CAP_FOWNER", CAP_FOWNER},
    Entry<unsigned>{"CAP_FSETID", CAP_FSETID},
    Entry<unsigned>{"CAP_KILL", CAP_KILL},
    Entry<unsigned>{"CAP_SETGID", CAP_SETGID},
    Entry<unsigned>{"CAP_SETUID", CAP_SETUID},
    Entry<unsigned>{"CAP_SETPCAP", CAP_SETPCAP},
    Entry<unsigned>{"CAP_LINUX_IMMUTABLE", CAP_LINUX_IMMUTABLE},
    Entry<unsigned>{"CAP_NET_BIND_SERVICE", CAP_NET_BIND_SERVICE},
    Entry<unsigned>{"CAP_NET_BROADCAST", CAP_NET_BROADCAST},
    Entry<unsigned>{"CAP_NET_ADMIN", CAP_NET_ADMIN},
    Entry<unsigned>{"CAP_NET_RAW", CAP_NET_RAW},
    Entry<unsigned>{"CAP_IPC_LOCK", CAP_IPC_LOCK},
    Entry<unsigned>{"CAP_IPC_OWNER", CAP_IPC_OWNER},
    Entry<unsigned>{"CAP_SYS_MODULE", CAP_SYS_MODULE},
    Entry<unsigned>{"CAP_SYS_RAWIO", CAP_SYS_RAWIO},
    Entry<unsigned>{"CAP_SYS_CHROOT", CAP_SYS_CHROOT},
    Entry<unsigned>{"CAP_SYS_PTRACE", CAP_SYS_PTRACE},
    Entry<unsigned>{"CAP_SYS_PACCT", CAP_SYS_PACCT},
    Entry<unsigned>{"CAP_SYS_ADMIN", CAP_SYS_ADMIN},
    Entry<unsigned>{"CAP_SYS_BOOT", CAP_SYS_BOOT},
    Entry<unsigned>{"CAP_SYS_NICE", CAP_SYS_NICE},
    Entry<unsigned>{"CAP_SYS_RESOURCE", CAP_SYS_RESOURCE},
    Entry<unsigned>{"CAP_SYS_TIME", CAP_SYS_TIME},
    Entry<unsigned>{"CAP_SYS_TTY_CONFIG", CAP_SYS_TTY_CONFIG},
    Entry<unsigned>{"CAP_MKNOD", CAP_MKNOD},
    Entry<unsigned>{"CAP_LEASE", CAP_LEASE},
    Entry<unsigned>{"CAP_AUDIT_WRITE", CAP_AUDIT_WRITE},
    Entry<unsigned>{"CAP_AUDIT_CONTROL", CAP_AUDIT_CONTROL},
    Entry<unsigned>{"CAP_SETFCAP", CAP_SETFCAP},
    Entry<unsigned>{"CAP_MAC_OVERRIDE", CAP_MAC_OVERRIDE},
    Entry<unsigned>{"CAP_MAC_ADMIN", CAP_MAC_ADMIN},
    Entry<unsigned>{"CAP_SYSLOG", CAP_SYSLOG},
    Entry<unsigned>{"CAP_WAKE_ALARM", CAP_WAKE_ALARM},
    Entry<unsigned>{"CAP_BLOCK_SUSPEND", CAP_BLOCK_SUSPEND},
    Entry<unsigned>{"CAP_AUDIT_READ", CAP_AUDIT_READ},
    Entry<unsigned>{"CAP_PERFMON", CAP_PERFMON},
    Entry<unsigned>{"CAP_BPF", CAP_BPF},
    Entry<unsigned>{"CAP_CHECKPOINT_RESTORE", CAP_CHECKPOINT_RESTORE},
};

// Written out: <sched.h> and <linux/sched.h> collide.
constexpr std::array kSchedulerPolicyEntries{
    Entry<std::uint32_t>{"SCHED_OTHER", 0},       Entry<std::uint32_t>{"SCHED_FIFO", 1},
    Entry<std::uint32_t>{"SCHED_RR", 2},          Entry<std::uint32_t>{"SCHED_BATCH", 3},
    Entry<std::uint32_t>{"SCHED_ISO", kSchedIso}, Entry<std::uint32_t>{"SCHED_IDLE", 5},
    Entry<std::uint32_t>{"SCHED_DEADLINE", 6},
};

constexpr std::array kSchedulerFlagEntries{
    Entry<std::uint64_t>{"SCHED_FLAG_RESET_ON_FORK", 0x01},  Entry<std::uint64_t>{"SCHED_FLAG_RECLAIM", 0x02},
    Entry<std::uint64_t>{"SCHED_FLAG_DL_OVERRUN", 0x04},     Entry<std::uint64_t>{"SCHED_FLAG_KEEP_POLICY", 0x08},
    Entry<std::uint64_t>{"SCHED_FLAG_KEEP_PARAMS", 0x10},    Entry<std::uint64_t>{"SCHED_FLAG_UTIL_CLAMP_MIN", 0x20},
    Entry<std::uint64_t>{"SCHED_FLAG_UTIL_CLAMP_MAX", 0x40},
};

constexpr std::array kIoClassEntries{
    Entry<int>{"IOPRIO_CLASS_RT", 1},
    Entry<int>{"IOPRIO_CLASS_BE", 2},
    Entry<int>{"IOPRIO_CLASS_IDLE", 3},
};

constexpr int kMpolWeightedInterleave = 6;  // Linux 6.9; newer than Debian 12's headers
constexpr std::array kMemoryPolicyModeEntries{
    Entry<int>{"MPOL_DEFAULT", MPOL_DEFAULT},       Entry<int>{"MPOL_BIND", MPOL_BIND},
    Entry<int>{"MPOL_INTERLEAVE", MPOL_INTERLEAVE}, Entry<int>{"MPOL_WEIGHTED_INTERLEAVE", kMpolWeightedInterleave},
    Entry<int>{"MPOL_PREFERRED", MPOL_PREFERRED},   Entry<int>{"MPOL_PREFERRED_MANY", MPOL_PREFERRED_MANY},
    Entry<int>{"MPOL_LOCAL", MPOL_LOCAL},
};

constexpr std::array kMemoryPolicyFlagEntries{
    Entry<int>{"MPOL_F_NUMA_BALANCING", MPOL_F_NUMA_BALANCING},
    Entry<int>{"MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES},
    Entry<int>{"MPOL_F_STATIC_NODES", MPOL_F_STATIC_NODES},
};

constexpr std::array kPersonalityDomainEntries{
    Entry<unsigned long>{"LINUX", 0x0000},
    Entry<unsigned long>{"LINUX32", 0x0008},
};

constexpr std::array kDeviceTypeEntries{
    Entry<char>{"c", 'c'},
    Entry<char>{"b", 'b'},
    Entry<char>{"u", 'c'},
    Entry<char>{"p", 'p'},
};

}  // namespace

constinit const Words<NamespaceType> kNamespaceTypes = words_of(kNamespaceTypeEntries);
constinit const Words<RootfsPropagation> kRootfsPropagations = words_of(kRootfsPropagationEntries);
constinit const Words<int> kRlimits = words_of(kRlimitEntries);
constinit const Words<unsigned> kCapabilities = words_of(kCapabilityEntries);
constinit const Words<std::uint32_t> kSchedulerPolicies = words_of(kSchedulerPolicyEntries);
constinit const Words<std::uint64_t> kSchedulerFlags = words_of(kSchedulerFlagEntries);
constinit const Words<int> kIoClasses = words_of(kIoClassEntries);
constinit const Words<int> kMemoryPolicyModes = words_of(kMemoryPolicyModeEntries);
constinit const Words<int> kMemoryPolicyFlags = words_of(kMemoryPolicyFlagEntries);
constinit const Words<unsigned long> kPersonalityDomains = words_of(kPersonalityDomainEntries);
constinit const Words<char> kDeviceTypes = words_of(kDeviceTypeEntries);

}  // namespace refrun
