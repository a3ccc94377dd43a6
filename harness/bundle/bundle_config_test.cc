#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "harness/bundle/config.h"

namespace runproof {
namespace {

using testing::ElementsAre;

std::vector<std::string> namespaces_of(const Config& config) {
  std::vector<std::string> types;
  for (const Json& entry : config.json().at("linux").at("namespaces")) types.push_back(entry.at("type"));
  return types;
}

TEST(Config, MinimalHasWhatTheSpecRequires) {
  const Json json = Config::minimal({"/probe", "true"}).json();

  EXPECT_EQ(json.at("ociVersion"), "1.0.2");
  EXPECT_EQ(json.at("process").at("cwd"), "/");
  EXPECT_EQ(json.at("process").at("args"), Json({"/probe", "true"}));
  EXPECT_EQ(json.at("root"), Json({{"path", "rootfs"}, {"readonly", false}}));
  ASSERT_TRUE(json.at("mounts").is_array());
  ASSERT_EQ(json.at("mounts").size(), 1u);
  EXPECT_EQ(json.at("mounts").at(0).at("destination"), "/proc");
  EXPECT_EQ(json.at("linux").at("cgroupsPath"), Config::kOwnCgroup);
  EXPECT_EQ(json.at("process").at("env").size(), 1u);
  EXPECT_THAT(namespaces_of(Config::minimal({})), ElementsAre("pid", "ipc", "uts", "mount"));
  EXPECT_TRUE(Config::minimal({}).json().at("process").at("args").empty());
}

TEST(Config, SettersChainAndLeaveTheRestAlone) {
  const Config config = Config::minimal({"/probe", "env"})
                            .oci_version("1.2.0")
                            .env({"A=1"})
                            .cwd("/tmp")
                            .user(1000, 1001, {5, 6})
                            .hostname("box-7")
                            .terminal()
                            .readonly_root()
                            .annotation("org.example.key", "v")
                            .resource("/pids/limit", 10);
  const Json& json = config.json();

  EXPECT_EQ(json.at("ociVersion"), "1.2.0");
  EXPECT_EQ(json["/process/args"_json_pointer], Json({"/probe", "env"}));
  EXPECT_EQ(json["/process/env"_json_pointer], Json::array({"A=1"}));
  EXPECT_EQ(json["/process/cwd"_json_pointer], "/tmp");
  EXPECT_EQ(json["/process/user"_json_pointer], Json({{"uid", 1000}, {"gid", 1001}, {"additionalGids", {5, 6}}}));
  EXPECT_EQ(json.at("hostname"), "box-7");
  EXPECT_EQ(json["/process/terminal"_json_pointer], true);
  EXPECT_EQ(json["/root/readonly"_json_pointer], true);
  EXPECT_EQ(json.at("annotations").at("org.example.key"), "v");
  EXPECT_EQ(json["/linux/resources/pids/limit"_json_pointer], 10);
}

TEST(Config, CapabilitiesReplaceAllSets) {
  const Json sets = Config::minimal({}).capabilities({"CAP_CHOWN"}).json()["/process/capabilities"_json_pointer];

  EXPECT_EQ(sets.size(), 3u);
  EXPECT_EQ(sets.at("bounding"), Json::array({"CAP_CHOWN"}));
  EXPECT_EQ(sets.at("permitted"), Json::array({"CAP_CHOWN"}));
}

TEST(Config, NamespacesAreAddedOnceRemovedAndJoined) {
  Config config = Config::minimal({});

  config.with_new(Namespace::network).with_new(Namespace::network);
  EXPECT_THAT(namespaces_of(config), ElementsAre("pid", "ipc", "uts", "mount", "network"));
  config.without(Namespace::pid).without(Namespace::pid);
  EXPECT_THAT(namespaces_of(config), ElementsAre("ipc", "uts", "mount", "network"));
  config.joining(Namespace::ipc, "/proc/1/ns/ipc");
  EXPECT_THAT(namespaces_of(config), ElementsAre("uts", "mount", "network", "ipc"));
  EXPECT_EQ(config.json().at("linux").at("namespaces").back().at("path"), "/proc/1/ns/ipc");
}

TEST(Config, MountsAndHooksAppend) {
  const Json json = Config::minimal({})
                        .mount({.destination = "/data", .type = "bind", .source = "/srv", .options = {"rbind", "ro"}})
                        .mount({.destination = "/bare"})
                        .hook(HookKind::create_runtime, {{"path", "/first"}})
                        .hook(HookKind::create_runtime, {{"path", "/second"}})
                        .json();

  EXPECT_EQ(json.at("mounts").size(), 3u);
  EXPECT_EQ(json.at("mounts").at(1).at("options"), Json({"rbind", "ro"}));
  EXPECT_EQ(json.at("mounts").at(2), Json({{"destination", "/bare"}}));
  EXPECT_EQ(json.at("hooks"), Json({{"createRuntime", Json::array({{{"path", "/first"}}, {{"path", "/second"}}})}}));
}

TEST(Config, SetAndDropGoAnywhere) {
  Config config = Config::minimal({});

  config.set("/linux/uidMappings/0/hostID", 7).set("/process/args/-", "more");
  EXPECT_EQ(config.json()["/linux/uidMappings/0/hostID"_json_pointer], 7);
  EXPECT_EQ(config.json()["/process/args/0"_json_pointer], "more");
  config.drop("/process/args/0").drop("/linux").drop("/not/there").drop("/process/args/9");
  EXPECT_EQ(config.json()["/process/args"_json_pointer], Json::array());
  EXPECT_FALSE(config.json().contains("linux"));
  EXPECT_THROW(config.set("no-slash", 1), std::invalid_argument);
  EXPECT_THROW(config.set("/process/cwd/below", 1), std::invalid_argument);
  EXPECT_THROW(config.drop("no-slash"), std::invalid_argument);
}

TEST(Config, DiffNamesOnlyWhatDiffers) {
  EXPECT_EQ(Config::minimal({"/probe", "true"}).diff_from_minimal(), Json::array());
  EXPECT_EQ(Config::minimal({"/probe", "true"}).hostname("x").diff_from_minimal(),
            Json::array({{{"op", "replace"}, {"path", "/hostname"}, {"value", "x"}}}));
}

TEST(Config, EveryNameIsTheSpecs) {
  EXPECT_EQ(to_text(Namespace::cgroup), "cgroup");
  EXPECT_EQ(to_text(Namespace::uts), "uts");
  EXPECT_EQ(to_text(Namespace::time), "time");
  EXPECT_EQ(to_text(HookKind::prestart), "prestart");
  EXPECT_EQ(to_text(HookKind::create_container), "createContainer");
  EXPECT_EQ(to_text(HookKind::poststop), "poststop");
}

}  // namespace
}  // namespace runproof
