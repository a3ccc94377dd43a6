// config-linux.md#mount-label: the SELinux context of what is mounted.
#include <fmt/format.h>

#include "cases/support/isolation.h"
#include "cases/support/mounts.h"
#include "cases/support/selinux.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/host/need_lsm.h"

namespace runproof {
namespace {

Config with_mounts(std::string_view label) {
  return Config::minimal({})
      .mount({.destination = "/fresh", .type = "tmpfs", .source = "tmpfs", .options = {"size=64k", "mode=755"}})
      .mount({.destination = "/queues", .type = "mqueue", .source = "mqueue"})
      .set("/linux/mountLabel", label);
}

/// A file of a container, as the host reaches it.
std::filesystem::path outside(const Container& box, std::string_view path) {
  return fmt::format("/proc/{}/root{}", box.pid(), path);
}

}  // namespace

CONFORMANCE_CASE(mounts, label, .clause = "config-linux.md#mount-label", .level = descr,
                 .claim = "what is in a file system that is mounted has the mountLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"mount_label_dropped", "mount_data_dropped"}) {
  Serving box = serving(with_mounts(kFileLabel));

  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
  EXPECT_THAT(box.ask({"label", "/fresh"}), Field("label", kFileLabel));
  EXPECT_THAT(box.ask({"label", "/fresh/new"}), Field("label", kFileLabel));
  EXPECT_EQ(label_of(outside(box, "/fresh/new")), kFileLabel);
  EXPECT_THAT(mount_at(box, "/fresh").super_options, testing::Contains("size=64k"));
}

CONFORMANCE_CASE(mounts, label_decides, .clause = "config-linux.md#mount-label", .level = descr,
                 .claim = "the policy decides about files of a mount by the mountLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"mount_label_dropped", "config:drop:/linux/mountLabel"}) {
  Serving forbidden = serving(labelled(kContainerLabel, with_mounts(kForbiddenLabel)));
  Serving allowed = serving(labelled(kContainerLabel, with_mounts(kFileLabel)));

  EXPECT_THAT(forbidden.ask({"write", "/fresh/new", "x"}), Field("written", 1));
  EXPECT_THAT(forbidden.ask({"read", "/fresh/new"}), Field("errno", "EACCES"));
  EXPECT_THAT(allowed.ask({"write", "/fresh/new", "x"}), Field("written", 1));
  EXPECT_THAT(allowed.ask({"read", "/fresh/new"}), Field("text", "x"));
}

CONFORMANCE_CASE(mounts, label_mqueue, .clause = "config-linux.md#mount-label", .level = descr,
                 .claim = "message queues, one file system for all mounts of their namespace, have the mountLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"mount_label_dropped"}) {
  Serving box = serving(with_mounts(kFileLabel));

  EXPECT_THAT(box.ask({"label", "/queues"}), Field("label", kFileLabel));
  EXPECT_EQ(label_of(outside(box, "/queues")), kFileLabel);
}

CONFORMANCE_CASE(mounts, label_userns, .clause = "config-linux.md#mount-label", .level = descr,
                 .claim = "in a user namespace, too, what is mounted has the mountLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy, need::user_namespaces},
                 .features = {"selinux"}, .faults = {"mount_label_dropped"}) {
  Serving box = serving(with_user_namespace(with_mounts(kFileLabel)));

  EXPECT_THAT(box.ask({"label", "/fresh"}), Field("label", kFileLabel));
  EXPECT_EQ(label_of(outside(box, "/fresh")), kFileLabel);
}

CONFORMANCE_CASE(mounts, label_leaves_binds, .clause = "config-linux.md#mount-label", .level = hardening,
                 .claim = "the mountLabel is not written to the host's files that are bound",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"config:drop:/mounts/3"}) {
  const auto source = scratch() / "source";
  std::filesystem::create_directories(source);
  write_labelled(source / "file", "x", kForbiddenLabel);

  Serving box =
      serving(with_mounts(kFileLabel).mount({.destination = "/bound", .source = source.string(), .options = {"bind"}}));

  EXPECT_THAT(box.ask({"label", "/bound/file"}), Field("label", kForbiddenLabel));
  EXPECT_EQ(label_of(source / "file"), kForbiddenLabel);
}

CONFORMANCE_CASE(mounts, label_off, .clause = "runtime.md#create", .level = must,
                 .claim = "a mountLabel is an error where SELinux is off", .needs = {need::no_selinux},
                 .faults = {"labels_without_module_dropped", "config:drop:/linux/mountLabel"}) {
  Container box = container(with_mounts("user_u:object_r:type_t:s0").args({"/probe", "true"}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof
