#include "reference_runtime/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "reference_runtime/config/test_config.h"

namespace refrun {
namespace {

using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;

Config read(const Json& document) {
  Problems problems;
  Config config = parse_config(document, problems);
  EXPECT_EQ(describe(problems), "");
  return config;
}

/// The config as a user writes it who knows no namespaces: what needs one must then be refused.
Json without_namespace(const std::string& type) {
  Json document = whole_config();
  Json kept = Json::array();
  for (const Json& entry : document["linux"]["namespaces"])
    if (entry["type"] != type) kept.push_back(entry);
  document["linux"]["namespaces"] = kept;
  return document;
}

std::vector<std::string> error_pointers(const Json& document) {
  std::vector<std::string> pointers;
  for (const Problem& problem : problems_of(document))
    if (!problem.warning) pointers.push_back(problem.pointer);
  return pointers;
}

std::vector<std::string> warning_pointers(const Json& document) {
  std::vector<std::string> pointers;
  for (const Problem& problem : problems_of(document)) {
    EXPECT_TRUE(problem.warning) << problem.pointer << ": " << problem.rule;
    pointers.push_back(problem.pointer);
  }
  return pointers;
}

TEST(Config, WholeAndSmallAreWithoutProblems) {
  EXPECT_EQ(describe(problems_of(whole_config())), "");
  EXPECT_EQ(describe(problems_of(small_config())), "");
}

TEST(Config, ProcessArrivesWhole) {
  const Process process = *read(whole_config()).process;

  EXPECT_TRUE(process.terminal);
  EXPECT_EQ(process.console_size->width, 80);
  EXPECT_EQ(process.user.umask, 63U);
  EXPECT_THAT(process.user.additional_gids, ElementsAre(5, 6));
  EXPECT_THAT(process.args, ElementsAre("sh", "-c", "true"));
  EXPECT_EQ(process.capabilities->bounding, (1ULL << 5) | 1ULL);
  EXPECT_EQ(process.rlimits.at(0).resource, static_cast<int>(RLIMIT_NOFILE));
  EXPECT_EQ(process.rlimits.at(0).hard, RLIM_INFINITY);
  EXPECT_EQ(process.oom_score_adj, -100);
  EXPECT_EQ(process.scheduler->policy, 2U);
  EXPECT_EQ(process.io_priority->value(), (2 << 13) | 4);
  EXPECT_THAT(*process.exec_cpu_affinity->final, ElementsAre(0, 1, 2, 3, 7));
}

TEST(Config, LinuxArrivesWhole) {
  const Linux config = read(whole_config()).linux_config;

  EXPECT_TRUE(config.creates(NamespaceType::pid));
  EXPECT_FALSE(config.creates(NamespaceType::network));
  EXPECT_EQ(config.find(NamespaceType::network)->path, "/run/netns/x");
  EXPECT_EQ(config.time_offsets.at("monotonic").secs, -5);
  EXPECT_EQ(config.devices.at(0).file_mode, 0666U);
  EXPECT_EQ(config.net_devices.at(1).container_name, "eth1");
  EXPECT_EQ(config.resources->pids_limit, 0);
  EXPECT_EQ(config.resources->block_io->throttle_write_iops.at(0).rate, UINT64_MAX);
  EXPECT_EQ(config.resources->hugepage_limits.at(0).limit, 9223372036854772000U);
  EXPECT_EQ(config.resources->unified.at("io.max"), "8:0 rbps=1\n8:16 wbps=2");
  EXPECT_EQ(mount_flag(config.rootfs_propagation), static_cast<unsigned long>(MS_SLAVE));
  EXPECT_EQ(config.seccomp->syscalls.at(0).args.at(0).value, UINT64_MAX);
  EXPECT_EQ(config.personality, 8UL);
  EXPECT_THAT(config.memory_policy->nodes, ElementsAre(2, 3));
}

TEST(Config, MountsAndHooksArriveWhole) {
  const Config config = read(whole_config());

  EXPECT_TRUE(config.mounts.at(1).options.is_bind());
  EXPECT_EQ(config.mounts.at(1).options.idmap, Idmap::single);
  EXPECT_EQ(config.mounts.at(1).uid_mappings.at(0).host_id, 1000U);
  EXPECT_EQ(config.hooks.create_runtime.at(0).timeout, std::chrono::seconds(5));
  EXPECT_EQ(config.hooks.prestart.at(0).path, "/bin/old");
  EXPECT_EQ(config.hooks.poststop.at(0).path, "/bin/q");
  EXPECT_EQ(config.annotations.at("empty.value"), "");
}

// config.md#extensibility
TEST(Config, UnknownMembersAreIgnored) {
  Json document = whole_config();
  for (const char* place : {"", "/process", "/process/user", "/root", "/mounts/0", "/hooks", "/linux",
                            "/linux/namespaces/0", "/linux/resources", "/linux/resources/memory", "/linux/seccomp"})
    document[Json::json_pointer(place)]["unheard_of"] = {{"a", 1}};

  EXPECT_EQ(describe(problems_of(document)), "");
}

TEST(Config, AllProblemsAreReportedTogether) {
  Json document = small_config();
  document["process"]["cwd"] = "relative";
  document["process"]["oomScoreAdj"] = 5000;
  document["root"].erase("path");
  document["linux"]["namespaces"] = Json::parse(R"([{"type": "pid"}, {"type": "pid"}])");

  EXPECT_THAT(error_pointers(document), testing::UnorderedElementsAre("/process/cwd", "/process/oomScoreAdj",
                                                                      "/root/path", "/linux/namespaces/1"));
}

TEST(Config, ProcessMayBeAbsent) {
  Json document = small_config();
  document.erase("process");

  EXPECT_FALSE(read(document).process.has_value());
}

TEST(Config, ConsoleSizeIsIgnoredWithoutTerminal) {
  Json document = small_config();
  document["process"]["consoleSize"] = {{"height", -1}};

  EXPECT_FALSE(read(document).process->console_size.has_value());
}

TEST(Config, WhatNeedsANamespaceIsRefusedWithoutIt) {
  EXPECT_THAT(error_pointers(without_namespace("uts")), ElementsAre("/hostname", "/domainname"));
  EXPECT_THAT(error_pointers(without_namespace("user")), ElementsAre("/linux/uidMappings", "/linux/gidMappings"));
  EXPECT_THAT(error_pointers(without_namespace("time")), ElementsAre("/linux/timeOffsets"));
  EXPECT_THAT(error_pointers(without_namespace("network")),
              ElementsAre("/linux/netDevices", "/linux/sysctl/net.ipv4.ip_forward"));
  EXPECT_THAT(error_pointers(without_namespace("ipc")),
              ElementsAre("/linux/sysctl/fs.mqueue.msg_max", "/linux/sysctl/kernel.msgmax"));
}

TEST(Config, IdmapNeedsSomeMapping) {
  Json document = without_namespace("user");
  document["linux"].erase("uidMappings");
  document["linux"].erase("gidMappings");
  document["mounts"][1].erase("uidMappings");
  document["mounts"][1].erase("gidMappings");

  EXPECT_THAT(error_pointers(document), ElementsAre("/mounts/1/options"));
}

TEST(Config, JoinedUserNamespaceNeedsNoMappings) {
  Json document = whole_config();
  document["linux"]["namespaces"][5]["path"] = "/proc/1/ns/user";
  document["linux"].erase("uidMappings");
  document["linux"].erase("gidMappings");

  EXPECT_EQ(describe(problems_of(document)), "");
}

TEST(Config, UnknownCapabilityIsAWarning) {
  Json document = whole_config();
  document["process"]["capabilities"]["bounding"].push_back("CAP_TO_FLY");

  EXPECT_THAT(warning_pointers(document), ElementsAre("/process/capabilities/bounding/2"));
}

TEST(Config, SomeThingsAreOnlyWarned) {
  Json document = whole_config();
  document["mounts"][0]["destination"] = "proc";
  document["process"]["env"].push_back("NO_VALUE");
  document["mounts"][1]["options"] = {"rbind"};
  document["linux"]["intelRdt"]["l3CacheSchema"] = "0=f";
  document["linux"]["devices"].push_back(document["linux"]["devices"][0]);

  EXPECT_THAT(warning_pointers(document),
              testing::UnorderedElementsAre("/process/env/2", "/mounts/0/destination", "/mounts/1/options",
                                            "/linux/devices/2", "/linux/intelRdt/l3CacheSchema"));
}

TEST(Config, WarnedThingsArePutInTheirUsualForm) {
  Json document = whole_config();
  document["mounts"][0]["destination"] = "proc";
  document["mounts"][1]["options"] = {"rbind"};
  Problems problems;

  const Config config = parse_config(document, problems);

  EXPECT_EQ(config.mounts.at(0).destination, "/proc");
  EXPECT_EQ(config.mounts.at(1).options.idmap, Idmap::single);
}

TEST(Config, SysctlNamesMayHaveSlashes) {
  Json document = whole_config();
  document["linux"]["sysctl"] = {{"net/ipv4/conf/eth0.1/forwarding", "1"}};
  EXPECT_EQ(describe(problems_of(document)), "");

  document["linux"]["sysctl"] = {{"net/../kernel/panic", "1"}};
  EXPECT_THAT(error_pointers(document), ElementsAre("/linux/sysctl/net~1..~1kernel~1panic"));
}

TEST(Config, NotAnObjectIsOneProblem) {
  EXPECT_THAT(describe(problems_of(Json::array())), HasSubstr("/: must be an object"));
}

TEST(Problems, ErrorsAreDescribedBeforeWarnings) {
  const Problems problems{{"/b", "odd", true}, {"/a", "wrong", false}};

  EXPECT_EQ(describe(problems), "/a: wrong\n/b: warning: odd");
  EXPECT_TRUE(has_errors(problems));
  EXPECT_FALSE(has_errors({problems.at(0)}));
}

TEST(ParseProcess, ReadsAProcessObjectAlone) {
  Problems problems;
  const Process process = parse_process(Json::parse(R"({"args": ["a"], "cwd": "x"})"), problems);

  EXPECT_THAT(process.args, ElementsAre("a"));
  EXPECT_EQ(describe(problems), "/cwd: must be an absolute path");
}

TEST(ParseResources, ReadsAResourcesObjectAlone) {
  Problems problems;
  const Resources resources = parse_resources(Json::parse(R"({"pids": {"limit": -2}})"), problems);

  EXPECT_EQ(resources.pids_limit, -2);
  EXPECT_EQ(describe(problems), "/pids/limit: must be -1 or more");
}

}  // namespace
}  // namespace refrun
