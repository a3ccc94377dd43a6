#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/sanitizer.h"
#include "harness/host/doctor.h"
#include "harness/host/need.h"
#include "harness/host/probe.h"
#include "harness/host/try_in_child.h"
#include "harness/observe/mountinfo.h"
#include "harness/observe/process.h"
#include "harness/spawn/command.h"
#include "harness/spawn/deny_syscalls.h"
#include "harness/spawn/reaper.h"

namespace runproof {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Kernel, VersionsAreRead) {
  EXPECT_EQ(parse_kernel_version("6.18.44-fc-v669"), (KernelVersion{6, 18}));
  EXPECT_EQ(parse_kernel_version("5.4"), (KernelVersion{5, 4}));
  EXPECT_EQ(parse_kernel_version("odd"), (KernelVersion{0, 0}));
  EXPECT_LT((KernelVersion{5, 9}), (KernelVersion{5, 14}));
}

TEST(Hugepages, AreNamedAsTheControllerDoes) {
  EXPECT_EQ(hugepage_size("hugepages-2048kB"), "2MB");
  EXPECT_EQ(hugepage_size("hugepages-1048576kB"), "1GB");
  EXPECT_EQ(hugepage_size("hugepages-64kB"), "64KB");
  EXPECT_EQ(hugepage_size("hugepages-kB"), "");
  EXPECT_EQ(hugepage_size("other"), "");
}

TEST(Capabilities, HaveNames) {
  EXPECT_THAT(capability_names(1ULL << 24 | 1), testing::ElementsAre("CAP_CHOWN", "CAP_SYS_RESOURCE"));
  EXPECT_THAT(capability_names(1ULL << 40), testing::ElementsAre("CAP_CHECKPOINT_RESTORE"));
  EXPECT_EQ(capability_names(~0ULL).size(), 41U);
}

TEST(TryInChild, GivesItsAnswer) {
  const int value = 7;
  EXPECT_EQ(try_in_child([](const void* data) noexcept { return *static_cast<const int*>(data); }, &value), 7);
  EXPECT_EQ(try_in_child([](const void*) noexcept { return ::raise(SIGKILL); }, nullptr), -1);
}

TEST(Facts, OfThisHostAgreeWithTheKernel) {
  const Facts facts = probe_facts();

  EXPECT_EQ(facts.kernel + "\n", run({.argv = {"uname", "-r"}}).out);
  EXPECT_EQ(facts.arch + "\n", run({.argv = {"uname", "-m"}}).out);
  EXPECT_EQ(std::to_string(facts.cpus) + "\n", run({.argv = {"nproc"}}).out);
  EXPECT_EQ(facts.kernel_version, parse_kernel_version(facts.kernel));
  EXPECT_GT(facts.memory_bytes, 1U << 20);
  EXPECT_EQ(facts.capabilities, capability_names(proc_status(::getpid()).value().cap_effective));
  EXPECT_THAT(facts.namespaces, Contains("mnt"));
  EXPECT_EQ(facts.hierarchies.size(), mounted_hierarchies().size());
  EXPECT_THAT(facts.file_systems, Contains("proc"));
  EXPECT_GE(facts.numa_nodes, 1);
  EXPECT_EQ(facts.has_tool("unshare"), find_program("unshare").has_value());
}

TEST(Facts, NamespacesAreWhatUnshareCanMake) {
  if (base::kSanitizerAddsThread) GTEST_SKIP() << "the sanitizer has a thread of its own";
  if (!find_program("unshare")) GTEST_SKIP() << "no unshare(1)";
  const Facts facts = probe_facts();
  const std::pair<const char*, const char*> options[] = {{"cgroup", "-C"}, {"ipc", "-i"}, {"mnt", "-m"},
                                                         {"net", "-n"},    {"pid", "-p"}, {"uts", "-u"},
                                                         {"user", "-U"},   {"time", "-T"}};
  for (const auto& [name, option] : options) {
    std::vector<std::string> argv = {"unshare", option, "true"};
    if (!facts.has_capability("CAP_SYS_ADMIN")) argv.insert(argv.begin() + 1, "-Ur");
    EXPECT_EQ(facts.can_unshare.contains(name), run({.argv = argv}).ok()) << name;
  }
}

TEST(Facts, VethIsWhatIpCanMake) {
  if (!find_program("ip") || !find_program("unshare")) GTEST_SKIP() << "no ip(8) or unshare(1)";
  const Facts facts = probe_facts();
  const std::vector<std::string> make = {"ip", "link", "add", "type", "veth"};
  std::vector<std::string> argv = {"unshare", facts.has_capability("CAP_SYS_ADMIN") ? "-n" : "-Urn"};
  argv.insert(argv.end(), make.begin(), make.end());

  EXPECT_EQ(facts.veth, run({.argv = argv}).ok());
}

TEST(Facts, ProbingLeavesNothingBehind) {
  const auto fds = fds_of(::getpid()).size();

  (void)probe_facts();

  EXPECT_EQ(fds_of(::getpid()).size(), fds);
  EXPECT_TRUE(children_of(::getpid()).empty());
}

/// In a mount namespace of its own, where nobody else mounts meanwhile.
TEST(Facts, ProbingLeavesNoMount) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr int kNotAllowed = 77;
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      ::_exit(kNotAllowed);
    const auto before = mounts_of(::getpid()).value().size();
    (void)probe_facts();
    ::_exit(mounts_of(::getpid()).value().size() == before ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "may not make a mount namespace";
  EXPECT_EQ(status, 0);
}

TEST(Facts, GoThroughJson) {
  const Facts probed = probe_facts();
  const base::Json json = probed;

  EXPECT_EQ(json.at("cgroup"), to_text(probed.cgroup_mode));
  EXPECT_EQ(json.at("kernel"), probed.kernel);
  const Facts told = json.get<Facts>();
  EXPECT_EQ(base::Json(told), json);
  EXPECT_EQ(told.cgroup_mode, probed.cgroup_mode);
  EXPECT_EQ(told.kernel_version, probed.kernel_version);
  EXPECT_THROW((void)base::Json::object().get<Facts>(), base::Json::exception);

  Facts other = told;
  other.arch = "pdp11";
  adopt_facts(other);
  EXPECT_EQ(facts().arch, "pdp11");
}

TEST(Needs, AreSortedNamedAndExplained) {
  std::vector<std::string_view> names;
  for (const Need& need : all_needs()) {
    names.push_back(need.name);
    EXPECT_NE(need.met, nullptr) << need.name;
    EXPECT_FALSE(need.why.empty()) << need.name;
    EXPECT_EQ(find_need(need.name), &need);
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(find_need("no_such"), nullptr);
  EXPECT_EQ(find_need(""), nullptr);
}

TEST(Needs, OfABareMachineAreUnmet) {
  const Facts nothing;
  for (const Need& need : all_needs()) EXPECT_FALSE(need.met(nothing)) << need.name;
}

TEST(Needs, LookAtTheRightFact) {
  Facts facts;
  facts.cgroup_mode = CgroupMode::hybrid;
  facts.hierarchies = {{.mount = "/c/memory", .v2 = false, .controllers = {"memory"}},
                       {.mount = "/c/freezer", .v2 = false, .controllers = {"freezer"}},
                       {.mount = "/c/unified", .v2 = true, .controllers = {"hugetlb"}}};
  EXPECT_TRUE(need::cgroup_v1.met(facts));
  EXPECT_FALSE(need::cgroup_v2.met(facts));
  EXPECT_TRUE(need::memory_controller.met(facts));
  EXPECT_TRUE(need::freezer_v1.met(facts));
  EXPECT_TRUE(need::freezer.met(facts));
  EXPECT_TRUE(need::hugetlb_controller.met(facts));
  EXPECT_FALSE(need::pids_controller.met(facts));
  EXPECT_FALSE(need::unified.met(facts));
  facts.cgroup_kill = true;
  EXPECT_TRUE(need::unified.met(facts));
  facts.kernel_version = {5, 12};
  EXPECT_TRUE(need::kernel_5_12.met(facts));
  EXPECT_FALSE(need::kernel_5_14.met(facts));
}

TEST(Facts, SayThatThereIsNoVethWhereNoneCanBeMade) {
  const auto child = [] { ::_exit(deny_syscalls({SYS_sendto}) && !probe_facts().veth ? 0 : 1); };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST(Doctor, SaysWhatIsMissingAndWhatToDo) {
  Facts facts;
  facts.kernel = "6.1.0";
  facts.arch = "x86_64";
  facts.root = true;

  const std::vector<DoctorLine> lines = examine(facts);

  const auto line = [&](std::string_view subject) {
    return *std::find_if(lines.begin(), lines.end(), [&](const DoctorLine& one) { return one.subject == subject; });
  };
  EXPECT_THAT(line("kernel").text, HasSubstr("Linux 6.1.0 on x86_64"));
  EXPECT_EQ(line("root").grade, DoctorLine::Grade::can);
  EXPECT_EQ(line("criu").grade, DoctorLine::Grade::cannot);
  EXPECT_EQ(line("veth").grade, DoctorLine::Grade::cannot);
  EXPECT_THAT(line("veth").advice, HasSubstr("modprobe veth"));
  EXPECT_THAT(line("criu").advice, HasSubstr("install criu"));
  EXPECT_THAT(line("deaths").text, HasSubstr("stay zombies"));
}

}  // namespace
}  // namespace runproof
