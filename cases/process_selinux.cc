// config.md#linux-process: selinuxLabel.
#include "base/file.h"
#include "cases/support/isolation.h"
#include "cases/support/selinux.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/host/need_lsm.h"

namespace runproof {
namespace {

/// What the program says when it is to read a file of kForbiddenLabel.
Json read_forbidden(Serving& box) {
  write_labelled(box.bundle().file("forbidden"), "secret", kForbiddenLabel);
  return box.ask({"read", "/forbidden"});
}

/// A second program, which connects to `box`'s channel.
Argv program_of(Serving& box) { return {"/probe", "serve", box.channel().inside()}; }

/// The label of the session keyring, as the program and as the host sees it, which must be the same.
std::string keyring_label(const Json& keyring) {
  EXPECT_EQ(keyring.value("label", std::string()), label_of_key(keyring.value("session", 0L)));
  return keyring.value("label", std::string());
}

}  // namespace

CONFORMANCE_CASE(process, selinux_none, .clause = "config.md#linux-process", .level = descr,
                 .claim = "a container without selinuxLabel runs where SELinux is on", .needs = {need::selinux},
                 .faults = {"config:set:/process/selinuxLabel=\"no:such:label\""}) {
  EXPECT_THAT(ask(Config::minimal({}), {"/probe", "pid"}), Field("pid", 1));
}

CONFORMANCE_CASE(process, selinux_label, .clause = "config.md#linux-process", .level = descr,
                 .claim = "the program runs with the selinuxLabel, and may do what the policy allows that, no more",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"set_security_labels", "config:drop:/process/selinuxLabel"}) {
  Serving confined = serving(labelled(kContainerLabel));
  Serving free = serving();

  EXPECT_THAT(confined.ask({"read", std::string(kOwnLabel)}), Field("text", as_read(kContainerLabel)));
  EXPECT_EQ(label_of(confined.pid()), kContainerLabel);
  EXPECT_EQ(label_of(free.pid()), kHostLabel);
  EXPECT_THAT(read_forbidden(confined), Field("errno", "EACCES"));
  EXPECT_THAT(read_forbidden(free), Field("text", "secret"));
}

CONFORMANCE_CASE(process, selinux_userns, .clause = "config.md#linux-process", .level = descr,
                 .claim = "in a user namespace, too, the program runs with the selinuxLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy, need::user_namespaces},
                 .features = {"selinux"}, .faults = {"set_security_labels", "config:drop:/process/selinuxLabel"}) {
  Serving box = serving(labelled(kContainerLabel, with_user_namespace(Config::minimal({}))));

  EXPECT_THAT(box.ask({"read", std::string(kOwnLabel)}), Field("text", as_read(kContainerLabel)));
  EXPECT_EQ(label_of(box.pid()), kContainerLabel);
  EXPECT_THAT(read_forbidden(box), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(process, selinux_before_no_new_privs, .clause = "config.md#linux-process", .level = descr,
                 .claim = "with noNewPrivileges and another user, too, the program runs with the selinuxLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"set_security_labels", "set_no_new_privileges", "set_user"}) {
  Serving box = serving(labelled(kContainerLabel).set("/process/noNewPrivileges", true).user(1000, 1000));

  EXPECT_THAT(box.ask({"caps"}), Field("no_new_privileges", true));
  EXPECT_THAT(box.ask({"ids"}), Field("/uid/real", 1000));
  EXPECT_EQ(label_of(box.pid()), kContainerLabel);
}

CONFORMANCE_CASE(process, selinux_invalid, .clause = "runtime.md#create", .level = must,
                 .claim = "a selinuxLabel that the policy does not have is an error", .needs = {need::selinux},
                 .features = {"selinux"}, .faults = {"config:drop:/process/selinuxLabel"}) {
  Container box = container(Config::minimal({"/probe", "true"}).set("/process/selinuxLabel", "no:such:label"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, selinux_off, .clause = "runtime.md#create", .level = must,
                 .claim = "a selinuxLabel is an error where SELinux is off", .needs = {need::no_selinux},
                 .faults = {"labels_without_module_dropped", "config:drop:/process/selinuxLabel"}) {
  Container box =
      container(Config::minimal({"/probe", "true"}).set("/process/selinuxLabel", "user_u:object_r:type_t:s0"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, selinux_transition_refused, .clause = "runtime.md#create", .level = must,
                 .claim = "a selinuxLabel that the policy does not let the program have is an error",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"set_security_labels"}) {
  Container box = container(labelled(kLockedLabel, Config::minimal({"/probe", "true"})));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, selinux_exec, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec runs its program with the selinuxLabel of config.json",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux", "exec"},
                 .faults = {"set_security_labels", "exec_config_ignored"}) {
  Serving box = serving(labelled(kContainerLabel));

  EXPECT_THAT(box.exec(program_of(box), {.detach = true}), Succeeds());

  Peer executed = box.accept();
  EXPECT_EQ(label_of(executed.pid()), kContainerLabel);
  EXPECT_THAT(executed.ask({"read", std::string(kOwnLabel)}, soon()), Field("text", as_read(kContainerLabel)));
}

CONFORMANCE_CASE(process, selinux_exec_flag, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --process-label runs its program, and no other process, with that label",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux", "exec"},
                 .faults = {"set_security_labels", "exec_label_dropped"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec(program_of(box), {.detach = true, .extra = {"--process-label", std::string(kContainerLabel)}}),
              Succeeds());

  const Peer executed = box.accept();
  EXPECT_EQ(label_of(executed.pid()), kContainerLabel);
  EXPECT_EQ(label_of(box.pid()), kHostLabel);
}

CONFORMANCE_CASE(process, selinux_exec_process, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --process runs its program with the file's selinuxLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux", "exec"},
                 .faults = {"set_security_labels"}) {
  Serving box = serving();
  const auto file = scratch() / "process.json";
  base::write_file(file, Json{{"user", {{"uid", 0}, {"gid", 0}}},
                              {"args", program_of(box)},
                              {"cwd", "/"},
                              {"selinuxLabel", kContainerLabel}}
                             .dump());

  EXPECT_THAT(box.exec({}, {.process = file, .detach = true}), Succeeds());

  EXPECT_EQ(label_of(box.accept().pid()), kContainerLabel);
}

CONFORMANCE_CASE(process, selinux_exec_process_inherits, .clause = "config.md#linux-process", .level = hardening,
                 .claim =
                     "exec --process with a file without selinuxLabel does not let its program out of the "
                     "container's",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux", "exec"},
                 .faults = {"set_security_labels", "exec_labels_not_inherited"}) {
  Serving box = serving(labelled(kContainerLabel));
  const auto file = scratch() / "process.json";
  base::write_file(file, Json{{"user", {{"uid", 0}, {"gid", 0}}}, {"args", program_of(box)}, {"cwd", "/"}}.dump());

  EXPECT_THAT(box.exec({}, {.process = file, .detach = true}), Succeeds());

  EXPECT_EQ(label_of(box.accept().pid()), kContainerLabel);
}

CONFORMANCE_CASE(process, selinux_keyring_run, .clause = "config.md#linux-process", .level = cli,
                 .claim = "the program's session keyring has the selinuxLabel, so that the policy lets it use that",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"keyring_label_dropped", "new_keyring"}) {
  Serving box = serving(labelled(kContainerLabel));

  EXPECT_EQ(keyring_label(box.ask({"keyring"})), kContainerLabel);
}

CONFORMANCE_CASE(process, selinux_keyring_exec, .clause = "config.md#linux-process", .level = cli,
                 .claim = "the session keyring of what exec runs has the selinuxLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux", "exec"},
                 .faults = {"keyring_label_dropped", "new_keyring"}) {
  Serving box = serving(labelled(kContainerLabel));

  EXPECT_THAT(box.exec(program_of(box), {.detach = true}), Succeeds());

  EXPECT_EQ(keyring_label(box.accept().ask({"keyring"}, soon())), kContainerLabel);
}

CONFORMANCE_CASE(process, selinux_keyring_userns, .clause = "config.md#linux-process", .level = cli,
                 .claim =
                     "in a user namespace, too, the session keyrings of init and of what exec runs have the "
                     "selinuxLabel",
                 .needs = {need::root, need::selinux, need::selinux_policy, need::user_namespaces},
                 .features = {"selinux", "exec"}, .faults = {"keyring_label_dropped"}) {
  Serving box = serving(labelled(kContainerLabel, with_user_namespace(Config::minimal({}))));

  EXPECT_THAT(box.exec(program_of(box), {.detach = true}), Succeeds());

  EXPECT_EQ(keyring_label(box.ask({"keyring"})), kContainerLabel);
  EXPECT_EQ(keyring_label(box.accept().ask({"keyring"}, soon())), kContainerLabel);
}

}  // namespace runproof
