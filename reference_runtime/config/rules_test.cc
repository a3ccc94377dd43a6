#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_runtime/config/test_config.h"

namespace refrun {
namespace {

using base::Json;

/// One rule: what is written where breaks it, where the problem is to be reported, and what may stand there instead.
struct Rule {
  std::string name;
  std::string member;    // pointer that is set; ends in "-" to remove the member before it
  std::string breaking;  // JSON
  std::string keeping;   // JSON; empty: nothing else is tried
  std::string reported_at;
};

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

class Rules : public testing::TestWithParam<Rule> {};

Json with(const std::string& member, const std::string& value) {
  Json document = whole_config();
  if (member.ends_with("/-remove")) {
    const Json::json_pointer pointer(member.substr(0, member.size() - std::string("/-remove").size()));
    document[pointer.parent_pointer()].erase(pointer.back());
  } else {
    document[Json::json_pointer(member)] = Json::parse(value);
  }
  return document;
}

TEST_P(Rules, BrokenIsReportedWhereItIs) {
  const Problems problems = problems_of(with(GetParam().member, GetParam().breaking));

  std::vector<std::string> errors;
  for (const Problem& problem : problems)
    if (!problem.warning) errors.push_back(problem.pointer);
  EXPECT_THAT(errors, testing::ElementsAre(GetParam().reported_at)) << describe(problems);
}

class KeptRules : public Rules {};

TEST_P(KeptRules, AreNoProblem) { EXPECT_EQ(describe(problems_of(with(GetParam().member, GetParam().keeping))), ""); }

Rule missing(const std::string& member, const std::string& reported_at = "") {
  std::string name = "missing" + member;
  return {name, member + "/-remove", "", "", reported_at.empty() ? member : reported_at};
}

std::string test_name(const testing::TestParamInfo<Rule>& info) {
  std::string name;
  for (const char c : info.param.name) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

const std::string kProcess = "/process";
const std::string kLinux = "/linux";
const std::string kResources = "/linux/resources";
const std::string kSeccomp = "/linux/seccomp";

const std::vector<Rule> kRequiredRules{missing("/ociVersion"),
                                       missing("/root"),
                                       missing("/root/path"),
                                       missing("/process/cwd"),
                                       missing("/process/args"),
                                       missing("/process/user/uid"),
                                       missing("/process/user/gid"),
                                       missing("/process/consoleSize/height"),
                                       missing("/process/consoleSize/width"),
                                       missing("/process/rlimits/0/type"),
                                       missing("/process/rlimits/0/soft"),
                                       missing("/process/rlimits/0/hard"),
                                       missing("/process/scheduler/policy", "/process/scheduler/policy"),
                                       missing("/process/ioPriority/class"),
                                       missing("/process/ioPriority/priority"),
                                       missing("/mounts/0/destination"),
                                       missing("/hooks/createRuntime/0/path"),
                                       missing("/linux/namespaces/0/type"),
                                       missing("/linux/uidMappings/0/containerID"),
                                       missing("/linux/devices/0/type"),
                                       missing("/linux/devices/0/path"),
                                       missing("/linux/devices/0/major"),
                                       missing("/linux/devices/0/minor"),
                                       missing("/linux/resources/devices/0/allow"),
                                       missing("/linux/resources/blockIO/weightDevice/0/major"),
                                       missing("/linux/resources/blockIO/weightDevice/0/minor"),
                                       missing("/linux/resources/blockIO/throttleReadBpsDevice/0/rate"),
                                       missing("/linux/resources/hugepageLimits/0/pageSize"),
                                       missing("/linux/resources/hugepageLimits/0/limit"),
                                       missing("/linux/resources/network/priorities/0/name"),
                                       missing("/linux/resources/network/priorities/0/priority"),
                                       missing("/linux/seccomp/defaultAction"),
                                       missing("/linux/seccomp/syscalls/0/names"),
                                       missing("/linux/seccomp/syscalls/0/action"),
                                       missing("/linux/seccomp/syscalls/0/args/0/index"),
                                       missing("/linux/seccomp/syscalls/0/args/0/value"),
                                       missing("/linux/seccomp/syscalls/0/args/0/op"),
                                       missing("/linux/personality/domain"),
                                       missing("/linux/memoryPolicy/mode")};

const std::vector<Rule> kDocumentRules{
    Rule{"version_major", "/ociVersion", R"("2.0.0")", R"("1.0.2-dev")", "/ociVersion"},
    Rule{"version_zero", "/ociVersion", R"("0.9.0")", R"("1.3.1+dev")", "/ociVersion"},
    Rule{"version_newer", "/ociVersion", R"("1.4.0")", R"("1.0.0-rc5")", "/ociVersion"},
    Rule{"version_not_semver", "/ociVersion", R"("1.0")", R"("1.3.0-rc.1+x.01")", "/ociVersion"},
    Rule{"version_leading_zero", "/ociVersion", R"("1.01.0")", R"("1.2.1")", "/ociVersion"},
    Rule{"version_type", "/ociVersion", "1", "", "/ociVersion"},
    Rule{"root_type", "/root", R"("rootfs")", "", "/root"},
    Rule{"root_path_empty", "/root/path", R"("")", R"("/abs")", "/root/path"},
    Rule{"root_readonly_type", "/root/readonly", R"("yes")", "false", "/root/readonly"},
    Rule{"hostname_long", "/hostname", '"' + std::string(65, 'h') + '"', '"' + std::string(64, 'h') + '"', "/hostname"},
    Rule{"hostname_nul", "/hostname", R"("a\u0000b")", R"("ab")", "/hostname"},
    Rule{"annotation_value", "/annotations/n", "5", R"("5")", "/annotations/n"},
    Rule{"annotation_key", "/annotations", R"({"": "x"})", R"({"org.opencontainers.unknown": "x"})", "/annotations/"},
    Rule{"hook_relative", "/hooks/poststop/0/path", R"("bin/x")", R"("/x")", "/hooks/poststop/0/path"},
    Rule{"hook_timeout_zero", "/hooks/prestart/0/timeout", "0", "1", "/hooks/prestart/0/timeout"},
    Rule{"hook_timeout_negative", "/hooks/startContainer/0/timeout", "-1", "1", "/hooks/startContainer/0/timeout"},
    Rule{"hook_not_object", "/hooks/poststart/0", R"("/bin/x")", R"({"path": "/bin/x"})", "/hooks/poststart/0"},
    Rule{"hooks_not_array", "/hooks/poststart", R"({})", "[]", "/hooks/poststart"},
    Rule{"hook_args_type", "/hooks/poststart/0/args", R"(["a", 1])", R"(["a"])", "/hooks/poststart/0/args/1"},
    Rule{"mounts_destination_empty", "/mounts/0/destination", R"("")", R"("/x")", "/mounts/0/destination"},
    Rule{"mounts_bind_source", "/mounts/1/source", R"("")", R"("relative")", "/mounts/1/source"},
    Rule{"mounts_one_mapping", "/mounts/1/gidMappings", "[]", "", "/mounts/1"},
    Rule{"mounts_options_type", "/mounts/0/options", R"("ro")", R"(["ro"])", "/mounts/0/options"}};

const std::vector<Rule> kProcessRules{
    Rule{"process_type", kProcess, "[]", "", "/process"},
    Rule{"args_empty", kProcess + "/args", "[]", R"(["a"])", "/process/args"},
    Rule{"args_type", kProcess + "/args", R"(["a", 1])", R"(["a", ""])", "/process/args/1"},
    Rule{"cwd_relative", kProcess + "/cwd", R"("root")", R"("/")", "/process/cwd"},
    Rule{"cwd_empty", kProcess + "/cwd", R"("")", R"("/")", "/process/cwd"},
    Rule{"console_too_large", kProcess + "/consoleSize/height", "65536", "65535", "/process/consoleSize/height"},
    Rule{"uid_negative", kProcess + "/user/uid", "-1", "0", "/process/user/uid"},
    Rule{"uid_fraction", kProcess + "/user/uid", "1.5", "65535", "/process/user/uid"},
    Rule{"uid_unmapped", kProcess + "/user/uid", "65536", "65535", "/process/user/uid"},
    Rule{"gid_unmapped", kProcess + "/user/gid", "65536", "65535", "/process/user/gid"},
    Rule{"additional_gid_unmapped", kProcess + "/user/additionalGids", "[1, 65536]", "[1, 65535]",
         "/process/user/additionalGids/1"},
    Rule{"umask_range", kProcess + "/user/umask", "512", "511", "/process/user/umask"},
    Rule{"rlimit_unknown", kProcess + "/rlimits/0/type", R"("RLIMIT_X")", R"("RLIMIT_RTTIME")",
         "/process/rlimits/0/type"},
    Rule{"rlimit_twice", kProcess + "/rlimits/1", R"({"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2})",
         R"({"type": "RLIMIT_CORE", "soft": 1, "hard": 2})", "/process/rlimits/1"},
    Rule{"rlimit_soft_above_hard", kProcess + "/rlimits/0/hard", "1023", "1024", "/process/rlimits/0"},
    Rule{"oom_score_low", kProcess + "/oomScoreAdj", "-1001", "-1000", "/process/oomScoreAdj"},
    Rule{"oom_score_high", kProcess + "/oomScoreAdj", "1001", "1000", "/process/oomScoreAdj"},
    Rule{"scheduler_unknown", kProcess + "/scheduler", R"({"policy": "SCHED_X"})", R"({"policy": "SCHED_OTHER"})",
         "/process/scheduler/policy"},
    Rule{"scheduler_iso", kProcess + "/scheduler", R"({"policy": "SCHED_ISO"})", R"({"policy": "SCHED_IDLE"})",
         "/process/scheduler/policy"},
    Rule{"scheduler_flag", kProcess + "/scheduler/flags/0", R"("SCHED_FLAG_X")", R"("SCHED_FLAG_RECLAIM")",
         "/process/scheduler/flags/0"},
    Rule{"scheduler_nice", kProcess + "/scheduler/nice", "20", "19", "/process/scheduler/nice"},
    Rule{"scheduler_priority", kProcess + "/scheduler/priority", "100", "99", "/process/scheduler/priority"},
    Rule{"scheduler_priority_other", kProcess + "/scheduler/policy", R"("SCHED_BATCH")", R"("SCHED_FIFO")",
         "/process/scheduler/priority"},
    Rule{"scheduler_deadline_members", kProcess + "/scheduler/runtime", "5", "0", "/process/scheduler"},
    Rule{"scheduler_deadline_order", kProcess + "/scheduler",
         R"({"policy": "SCHED_DEADLINE", "runtime": 6000, "deadline": 5000})",
         R"({"policy": "SCHED_DEADLINE", "runtime": 5000, "deadline": 5000})", "/process/scheduler"},
    Rule{"io_class", kProcess + "/ioPriority/class", R"("IOPRIO_CLASS_NONE")", R"("IOPRIO_CLASS_IDLE")",
         "/process/ioPriority/class"},
    Rule{"io_priority_high", kProcess + "/ioPriority/priority", "8", "7", "/process/ioPriority/priority"},
    Rule{"io_priority_low", kProcess + "/ioPriority/priority", "-1", "0", "/process/ioPriority/priority"},
    Rule{"affinity_list", kProcess + "/execCPUAffinity/final", R"("3-1")", R"("")", "/process/execCPUAffinity/final"},
    Rule{"affinity_word", kProcess + "/execCPUAffinity/initial", R"("all")", R"("0,2")",
         "/process/execCPUAffinity/initial"}};

const std::vector<Rule> kLinuxRules{
    Rule{"namespace_unknown", kLinux + "/namespaces/0/type", R"("pids")", R"("pid")", "/linux/namespaces/0/type"},
    Rule{"namespace_twice", kLinux + "/namespaces/8", R"({"type": "pid"})", "", "/linux/namespaces/8"},
    Rule{"namespace_path", kLinux + "/namespaces/1/path", R"("run/x")", R"("/run/x")", "/linux/namespaces/1/path"},
    Rule{"mapping_size", kLinux + "/uidMappings/1", R"({"containerID": 70000, "hostID": 1, "size": 0})",
         R"({"containerID": 70000, "hostID": 1, "size": 1})", "/linux/uidMappings/1/size"},
    Rule{"mapping_overlap_inside", kLinux + "/uidMappings/1", R"({"containerID": 65535, "hostID": 1, "size": 1})",
         R"({"containerID": 65536, "hostID": 1, "size": 1})", "/linux/uidMappings/1"},
    Rule{"mapping_overlap_outside", kLinux + "/gidMappings/1", R"({"containerID": 70000, "hostID": 99999, "size": 2})",
         R"({"containerID": 70000, "hostID": 99999, "size": 1})", "/linux/gidMappings/1"},
    Rule{"mapping_beyond", kLinux + "/uidMappings/1", R"({"containerID": 4294967295, "hostID": 1, "size": 2})",
         R"({"containerID": 4294967295, "hostID": 1, "size": 1})", "/linux/uidMappings/1"},
    Rule{"mappings_missing", kLinux + "/uidMappings", "[]", "", "/linux/uidMappings"},
    Rule{"clock_unknown", kLinux + "/timeOffsets/realtime", "{}", "", "/linux/timeOffsets/realtime"},
    Rule{"clock_nanosecs", kLinux + "/timeOffsets/boottime/nanosecs", "1000000000", "999999999",
         "/linux/timeOffsets/boottime/nanosecs"},
    Rule{"device_type", kLinux + "/devices/0/type", R"("x")", R"("u")", "/linux/devices/0/type"},
    Rule{"device_path", kLinux + "/devices/0/path", R"("dev/x")", R"("/x")", "/linux/devices/0/path"},
    Rule{"device_mode", kLinux + "/devices/0/fileMode", "2048", "8630", "/linux/devices/0/fileMode"},
    Rule{"device_negative", kLinux + "/devices/0/minor", "-1", "0", "/linux/devices/0/minor"},
    Rule{"net_device_long", kLinux + "/netDevices/eth0/name", R"("sixteen-letters-")", R"("fifteen-letters")",
         "/linux/netDevices/eth0/name"},
    Rule{"net_device_slash", kLinux + "/netDevices/eth0/name", R"("a/b")", R"("a%d")", "/linux/netDevices/eth0/name"},
    Rule{"net_device_template", kLinux + "/netDevices/eth0/name", R"("a%db")", R"("%d")",
         "/linux/netDevices/eth0/name"},
    Rule{"net_device_twice", kLinux + "/netDevices/eth1/name", R"("inside0")", R"("inside1")",
         "/linux/netDevices/eth1/name"},
    Rule{"cgroups_path", kLinux + "/cgroupsPath", R"("/a/../../b")", R"("a..b/c")", "/linux/cgroupsPath"},
    Rule{"propagation", kLinux + "/rootfsPropagation", R"("none")", R"("unbindable")", "/linux/rootfsPropagation"},
    Rule{"masked_relative", kLinux + "/maskedPaths/0", R"("proc/x")", R"("/x")", "/linux/maskedPaths/0"},
    Rule{"readonly_relative", kLinux + "/readonlyPaths/0", R"("proc/x")", R"("/x")", "/linux/readonlyPaths/0"},
    Rule{"sysctl_host", kLinux + "/sysctl/kernel.panic", R"("1")", "", "/linux/sysctl/kernel.panic"},
    Rule{"sysctl_climbs", kLinux + "/sysctl/net...x", R"("1")", "", "/linux/sysctl/net...x"},
    Rule{"sysctl_value", kLinux + "/sysctl/net.core.somaxconn", "1", R"("1")", "/linux/sysctl/net.core.somaxconn"},
    Rule{"rdt_clos", kLinux + "/intelRdt/closID", R"("a/b")", R"("/")", "/linux/intelRdt/closID"},
    Rule{"rdt_mb", kLinux + "/intelRdt/memBwSchema", R"("L3:0=1")", R"("MB:0=1")", "/linux/intelRdt/memBwSchema"},
    Rule{"rdt_mb_newline", kLinux + "/intelRdt/memBwSchema", R"("MB:0=1\n")", "", "/linux/intelRdt/memBwSchema"},
    Rule{"rdt_schemata_newline", kLinux + "/intelRdt/schemata/0", R"("L3:0=1\n")", R"("L3:0=1")",
         "/linux/intelRdt/schemata/0"},
    Rule{"policy_mode", kLinux + "/memoryPolicy/mode", R"("MPOL_X")", R"("MPOL_BIND")", "/linux/memoryPolicy/mode"},
    Rule{"policy_nodes", kLinux + "/memoryPolicy/nodes", R"("x")", R"("0")", "/linux/memoryPolicy/nodes"},
    Rule{"policy_nodes_needed", kLinux + "/memoryPolicy", R"({"mode": "MPOL_BIND"})", R"({"mode": "MPOL_PREFERRED"})",
         "/linux/memoryPolicy/nodes"},
    Rule{"policy_nodes_unwanted", kLinux + "/memoryPolicy", R"({"mode": "MPOL_LOCAL", "nodes": "0"})",
         R"({"mode": "MPOL_LOCAL"})", "/linux/memoryPolicy/nodes"},
    Rule{"policy_flag", kLinux + "/memoryPolicy/flags/0", R"("MPOL_F_X")", R"("MPOL_F_RELATIVE_NODES")",
         "/linux/memoryPolicy/flags/0"},
    Rule{"policy_flags", kLinux + "/memoryPolicy/flags/1", R"("MPOL_F_RELATIVE_NODES")", R"("MPOL_F_NUMA_BALANCING")",
         "/linux/memoryPolicy/flags"},
    Rule{"personality_domain", kLinux + "/personality/domain", R"("BSD")", R"("LINUX")", "/linux/personality/domain"},
    Rule{"personality_flag", kLinux + "/personality/flags", R"(["X"])", "[]", "/linux/personality/flags/0"}};

const std::vector<Rule> kResourcesRules{
    Rule{"device_rule_type", kResources + "/devices/0/type", R"("x")", R"("a")", "/linux/resources/devices/0/type"},
    Rule{"device_rule_access", kResources + "/devices/0/access", R"("rx")", R"("m")",
         "/linux/resources/devices/0/access"},
    Rule{"memory_limit", kResources + "/memory/limit", "-2", "-1", "/linux/resources/memory/limit"},
    Rule{"memory_limit_type", kResources + "/memory/limit", R"("1G")", "0", "/linux/resources/memory/limit"},
    Rule{"swappiness", kResources + "/memory/swappiness", "101", "100", "/linux/resources/memory/swappiness"},
    Rule{"cpus", kResources + "/cpu/cpus", R"("0-")", R"("0-3,7")", "/linux/resources/cpu/cpus"},
    Rule{"mems", kResources + "/cpu/mems", R"("a")", R"("0")", "/linux/resources/cpu/mems"},
    Rule{"quota", kResources + "/cpu/quota", "-2", "-1", "/linux/resources/cpu/quota"},
    Rule{"burst", kResources + "/cpu/burst", "100001", "100000", "/linux/resources/cpu/burst"},
    Rule{"idle", kResources + "/cpu/idle", "2", "0", "/linux/resources/cpu/idle"},
    Rule{"pids", kResources + "/pids/limit", "-2", "-1", "/linux/resources/pids/limit"},
    Rule{"weight", kResources + "/blockIO/weight", "9", "0", "/linux/resources/blockIO/weight"},
    Rule{"weight_range", kResources + "/blockIO/weight", "65536", "1000", "/linux/resources/blockIO/weight"},
    Rule{"weight_device_empty", kResources + "/blockIO/weightDevice/0", R"({"major": 8, "minor": 0})",
         R"({"major": 8, "minor": 0, "leafWeight": 10})", "/linux/resources/blockIO/weightDevice/0"},
    Rule{"throttle_number", kResources + "/blockIO/throttleReadIOPSDevice/0/major", "-1", "0",
         "/linux/resources/blockIO/throttleReadIOPSDevice/0"},
    Rule{"page_size", kResources + "/hugepageLimits/0/pageSize", R"("2mB")", R"("64KB")",
         "/linux/resources/hugepageLimits/0/pageSize"},
    Rule{"page_size_zero", kResources + "/hugepageLimits/0/pageSize", R"("02MB")", R"("1GB")",
         "/linux/resources/hugepageLimits/0/pageSize"},
    Rule{"page_limit", kResources + "/hugepageLimits/0/limit", "-1", "18446744073709551615",
         "/linux/resources/hugepageLimits/0/limit"},
    Rule{"rdma_empty", kResources + "/rdma/x", "{}", R"({"hcaHandles": 0})", "/linux/resources/rdma/x"},
    Rule{"unified_path", kResources + "/unified/..", R"("1")", "", "/linux/resources/unified/.."},
    Rule{"unified_slash", kResources + "/unified", R"({"a/b": "1"})", R"({"a.b": "1"})",
         "/linux/resources/unified/a~1b"},
    Rule{"unified_type", kResources + "/unified/memory.max", "1", R"("max")", "/linux/resources/unified/memory.max"}};

const std::vector<Rule> kSeccompRules{
    Rule{"default_unknown", kSeccomp + "/defaultAction", R"("SCMP_ACT_X")", R"("SCMP_ACT_TRACE")",
         "/linux/seccomp/defaultAction"},
    Rule{"default_errno", kSeccomp + "/defaultAction", R"("SCMP_ACT_ALLOW")", "", "/linux/seccomp/defaultErrnoRet"},
    Rule{"errno_large", kSeccomp + "/defaultErrnoRet", "4096", "4095", "/linux/seccomp/defaultErrnoRet"},
    Rule{"arch", kSeccomp + "/architectures/0", R"("SCMP_ARCH_Z80")", R"("SCMP_ARCH_LOONGARCH64")",
         "/linux/seccomp/architectures/0"},
    Rule{"flag", kSeccomp + "/flags/0", R"("SECCOMP_FILTER_FLAG_NEW_LISTENER")", R"("SECCOMP_FILTER_FLAG_TSYNC")",
         "/linux/seccomp/flags/0"},
    Rule{"metadata", kSeccomp, R"({"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "x"})",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x"})", "/linux/seccomp/listenerMetadata"},
    Rule{"listener", kSeccomp,
         R"({"defaultAction": "SCMP_ACT_NOTIFY", "syscalls": [{"names": ["sendmsg"], "action": "SCMP_ACT_ALLOW"}]})",
         R"({"defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/x",
             "syscalls": [{"names": ["sendmsg"], "action": "SCMP_ACT_ALLOW"}]})",
         "/linux/seccomp/listenerPath"},
    Rule{"handover", kSeccomp,
         R"({"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x",
             "syscalls": [{"names": ["mkdir", "sendmsg"], "action": "SCMP_ACT_NOTIFY"}]})",
         R"({"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/x",
             "syscalls": [{"names": ["mkdir", "sendto"], "action": "SCMP_ACT_NOTIFY"}]})",
         "/linux/seccomp/syscalls/0/names/1"},
    Rule{"handover_default", kSeccomp, R"({"defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/x"})", "",
         "/linux/seccomp/defaultAction"},
    Rule{"names_empty", kSeccomp + "/syscalls/0/names", "[]", R"(["x"])", "/linux/seccomp/syscalls/0/names"},
    Rule{"action", kSeccomp + "/syscalls/0/action", R"("ERRNO")", R"("SCMP_ACT_TRACE")",
         "/linux/seccomp/syscalls/0/action"},
    Rule{"errno_action", kSeccomp + "/syscalls/0/action", R"("SCMP_ACT_KILL_PROCESS")", "",
         "/linux/seccomp/syscalls/0/errnoRet"},
    Rule{"index", kSeccomp + "/syscalls/0/args/0/index", "6", "5", "/linux/seccomp/syscalls/0/args/0/index"},
    Rule{"op", kSeccomp + "/syscalls/0/args/0/op", R"("==")", R"("SCMP_CMP_NE")",
         "/linux/seccomp/syscalls/0/args/0/op"}};

/// Those of them that say what may stand there instead.
std::vector<Rule> with_keeping() {
  std::vector<Rule> kept;
  for (const auto* rules : {&kDocumentRules, &kProcessRules, &kLinuxRules, &kResourcesRules, &kSeccompRules})
    for (const Rule& rule : *rules)
      if (!rule.keeping.empty()) kept.push_back(rule);
  return kept;
}

INSTANTIATE_TEST_SUITE_P(Required, Rules, testing::ValuesIn(kRequiredRules), test_name);
INSTANTIATE_TEST_SUITE_P(Document, Rules, testing::ValuesIn(kDocumentRules), test_name);
INSTANTIATE_TEST_SUITE_P(Process, Rules, testing::ValuesIn(kProcessRules), test_name);
INSTANTIATE_TEST_SUITE_P(Linux, Rules, testing::ValuesIn(kLinuxRules), test_name);
INSTANTIATE_TEST_SUITE_P(Resources, Rules, testing::ValuesIn(kResourcesRules), test_name);
INSTANTIATE_TEST_SUITE_P(Seccomp, Rules, testing::ValuesIn(kSeccompRules), test_name);
INSTANTIATE_TEST_SUITE_P(All, KeptRules, testing::ValuesIn(with_keeping()), test_name);

}  // namespace
}  // namespace refrun
