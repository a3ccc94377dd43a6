#include "harness/runtime/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/runtime/adapters/adapters.h"
#include "harness/runtime/profile.h"

namespace runproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Adapter, IsKnownByWhatVersionPrints) {
  EXPECT_EQ(adapter_for("runc version 1.1.5+ds1\ncommit: x\n").name(), "runc");
  EXPECT_EQ(adapter_for("crun version 1.8.1\n").name(), "crun");
  EXPECT_EQ(adapter_for("youki version 0.3.0\n").name(), "youki");
  EXPECT_EQ(adapter_for("runsc version release-20240101.0\n").name(), "runsc");
  EXPECT_EQ(adapter_for("refrun version 0.1.0\n").name(), "refrun");
  EXPECT_EQ(adapter_for("my own 3\n").name(), "generic");
  EXPECT_EQ(adapter_for("").name(), "generic");
}

TEST(Adapter, IsFoundByName) {
  for (const Adapter* adapter : adapters()) EXPECT_EQ(find_adapter(adapter->name()), adapter);
  EXPECT_EQ(find_adapter("docker"), nullptr);
  EXPECT_EQ(adapters().back()->name(), "generic");
}

TEST(Adapter, ReadsTheVersion) {
  const Adapter& any = generic_adapter();
  EXPECT_EQ(any.version("runc version 1.1.5+ds1\ncommit: 2\n"), "1.1.5");
  EXPECT_EQ(any.version("box v2.0.1-rc.1, built today\n"), "2.0.1-rc.1");
  EXPECT_EQ(any.version("no number here\n1.2.3\n"), "");
  EXPECT_EQ(any.version(""), "");
}

TEST(Adapter, ComparesVersions) {
  EXPECT_TRUE(older_than("1.8.1", 1, 8, 6));
  EXPECT_TRUE(older_than("1.9", 1, 15, 0));
  EXPECT_FALSE(older_than("1.15.0", 1, 15, 0));
  EXPECT_FALSE(older_than("2.0.0-rc.1", 1, 99, 9));
  EXPECT_FALSE(older_than("", 1, 0, 0));
}

TEST(Adapter, KnowsWhatVersionsLack) {
  EXPECT_TRUE(crun_adapter().lacks("features", "1.8.1"));
  EXPECT_FALSE(crun_adapter().lacks("features", "1.8.6"));
  EXPECT_TRUE(crun_adapter().lacks("keep", "1.14.4"));
  EXPECT_FALSE(crun_adapter().lacks("keep", "1.15"));
  EXPECT_TRUE(runc_adapter().lacks("delete_regex", "1.1.5"));
  EXPECT_FALSE(runc_adapter().lacks("keep", "1.1.5"));
  EXPECT_FALSE(generic_adapter().lacks("delete_regex", ""));
}

TEST(Adapter, GivesOnlyTheOptionsThatAreSet) {
  const Adapter& any = generic_adapter();
  EXPECT_THAT(any.globals({}), IsEmpty());
  EXPECT_THAT(any.globals({.root = "/r", .log = "/l", .systemd_cgroup = true}),
              ElementsAre("--root", "/r", "--log", "/l", "--log-format", "json", "--systemd-cgroup"));
  EXPECT_THAT(any.create("box", {}), ElementsAre("create", "box"));
  EXPECT_THAT(
      any.create("box", {.pid_file = "p", .console_socket = "/c", .preserve_fds = 2, .bundle = "b", .extra = {"-x"}}),
      ElementsAre("create", "--bundle", "b", "--pid-file", "p", "--console-socket", "/c", "--preserve-fds", "2", "-x",
                  "box"));
  EXPECT_THAT(any.run("box", {.detach = true, .keep = true}), ElementsAre("run", "--detach", "--keep", "box"));
}

TEST(Adapter, SpellsTheOtherVerbs) {
  const Adapter& any = generic_adapter();
  EXPECT_THAT(any.kill("box", "", {}), ElementsAre("kill", "box"));
  EXPECT_THAT(any.kill("box", "9", {.all = true}), ElementsAre("kill", "--all", "box", "9"));
  EXPECT_THAT(any.remove("box", {.force = true}), ElementsAre("delete", "--force", "box"));
  EXPECT_THAT(
      any.exec("box", {"/probe", "ids"}, {.pid_file = "p", .env = {"A=1", "B=2"}, .detach = true}),
      ElementsAre("exec", "--detach", "--pid-file", "p", "--env", "A=1", "--env", "B=2", "box", "/probe", "ids"));
  EXPECT_THAT(any.update("box", "-"), ElementsAre("update", "--resources", "-", "box"));
}

TEST(Profile, FeaturesThatAreDenied) {
  const base::Json features = {
      {"hooks", {"prestart"}},
      {"linux", {{"seccomp", {{"enabled", false}}}, {"cgroup", {{"v1", true}}}, {"namespaces", nullptr}}}};
  EXPECT_TRUE(declared_absent(features, "hook.poststop"));
  EXPECT_FALSE(declared_absent(features, "hook.prestart"));
  EXPECT_TRUE(declared_absent(features, "seccomp"));
  EXPECT_FALSE(declared_absent(features, "cgroup.v1"));
}

TEST(Profile, SilenceDeniesNothing) {
  const base::Json features = {{"linux", {{"namespaces", nullptr}}}};
  EXPECT_FALSE(declared_absent(features, "namespace.time"));
  EXPECT_FALSE(declared_absent(features, "idmap"));
  EXPECT_FALSE(declared_absent(features, "no such feature"));
  EXPECT_FALSE(declared_absent(nullptr, "seccomp"));
}

}  // namespace
}  // namespace runproof
