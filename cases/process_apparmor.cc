// config.md#linux-process: apparmorProfile.
#include "base/file.h"
#include "cases/support/apparmor.h"
#include "cases/support/isolation.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/host/need_lsm.h"

namespace runproof {
namespace {

/// A process object whose program connects to `box`'s channel.
Json process_that_serves(Serving& box) {
  return {{"user", {{"uid", 0}, {"gid", 0}}}, {"args", {"/probe", "serve", box.channel().inside()}}, {"cwd", "/"}};
}

}  // namespace

CONFORMANCE_CASE(process, apparmor_applied, .clause = "config.md#linux-process", .level = descr,
                 .claim = "the program is confined by the AppArmor profile of config.json",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor"},
                 .faults = {"set_security_labels", "config:drop:/process/apparmorProfile"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  Serving confined = serving(confined_by(profile));
  Serving free = serving();

  EXPECT_THAT(confined.ask({"read", std::string(kOwnConfinement)}), Field("text", profile.enforced() + "\n"));
  EXPECT_EQ(confinement_of(confined.pid()), profile.enforced());
  EXPECT_THAT(confined.ask({"read", std::string(kForbidden)}), Field("errno", "EACCES"));
  EXPECT_THAT(free.ask({"read", std::string(kForbidden)}), NoField("errno"));
}

CONFORMANCE_CASE(process, apparmor_userns, .clause = "config.md#linux-process", .level = descr,
                 .claim = "in a user namespace, too, the program is confined by the AppArmor profile of config.json",
                 .needs = {need::root, need::apparmor, need::apparmor_parser, need::user_namespaces},
                 .features = {"apparmor"}, .faults = {"set_security_labels", "config:drop:/process/apparmorProfile"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  Serving confined = serving(confined_by(profile, with_user_namespace(Config::minimal({}))));
  Serving free = serving(with_user_namespace(Config::minimal({})));

  EXPECT_THAT(confined.ask({"read", std::string(kOwnConfinement)}), Field("text", profile.enforced() + "\n"));
  EXPECT_EQ(confinement_of(confined.pid()), profile.enforced());
  EXPECT_THAT(confined.ask({"read", std::string(kForbidden)}), Field("errno", "EACCES"));
  EXPECT_THAT(free.ask({"read", std::string(kForbidden)}), NoField("errno"));
}

CONFORMANCE_CASE(process, apparmor_before_no_new_privs, .clause = "config.md#linux-process", .level = descr,
                 .claim = "with noNewPrivileges and another user, too, the program is confined by the AppArmor profile",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor"},
                 .faults = {"set_security_labels", "set_no_new_privileges", "set_user"}) {
  const ApparmorProfile profile(fresh_id(), soon());

  Serving box = serving(confined_by(profile).set("/process/noNewPrivileges", true).user(1000, 1000));

  EXPECT_THAT(box.ask({"caps"}), Field("no_new_privileges", true));
  EXPECT_THAT(box.ask({"ids"}), Field("/uid/real", 1000));
  EXPECT_EQ(confinement_of(box.pid()), profile.enforced());
  EXPECT_THAT(box.ask({"read", std::string(kForbidden)}), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(process, apparmor_missing, .clause = "runtime.md#create", .level = must,
                 .claim = "an apparmorProfile that is not loaded is an error", .needs = {need::apparmor},
                 .features = {"apparmor"}, .faults = {"set_security_labels"}) {
  Container box =
      container(Config::minimal({"/probe", "true"}).set("/process/apparmorProfile", "runproof-no-such-profile"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, apparmor_off, .clause = "runtime.md#create", .level = must,
                 .claim = "an apparmorProfile is an error where AppArmor is off", .needs = {need::no_apparmor},
                 .faults = {"labels_without_module_dropped", "config:drop:/process/apparmorProfile"}) {
  Container box = container(Config::minimal({"/probe", "true"}).set("/process/apparmorProfile", "profile"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, apparmor_exec, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec confines its program by the AppArmor profile of config.json",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor", "exec"},
                 .faults = {"set_security_labels", "exec_config_ignored"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  Serving box = serving(confined_by(profile));

  EXPECT_THAT(box.exec({"/probe", "serve", box.channel().inside()}, {.detach = true}), Succeeds());

  Peer executed = box.accept();
  EXPECT_EQ(confinement_of(executed.pid()), profile.enforced());
  EXPECT_THAT(executed.ask({"read", std::string(kForbidden)}, soon()), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(process, apparmor_exec_flag, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --apparmor confines its program by that profile, and no other process",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor", "exec"},
                 .faults = {"set_security_labels", "exec_apparmor_dropped"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  Serving box = serving();

  EXPECT_THAT(
      box.exec({"/probe", "serve", box.channel().inside()}, {.detach = true, .extra = {"--apparmor", profile.name()}}),
      Succeeds());

  Peer executed = box.accept();
  EXPECT_EQ(confinement_of(executed.pid()), profile.enforced());
  EXPECT_EQ(confinement_of(box.pid()), "unconfined");
  EXPECT_THAT(executed.ask({"read", std::string(kForbidden)}, soon()), Field("errno", "EACCES"));
  EXPECT_THAT(box.ask({"read", std::string(kForbidden)}), NoField("errno"));
}

CONFORMANCE_CASE(process, apparmor_exec_process, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --process confines its program by the file's apparmorProfile",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor", "exec"},
                 .faults = {"set_security_labels"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  Serving box = serving();
  Json process = process_that_serves(box);
  process["apparmorProfile"] = profile.name();
  const auto file = scratch() / "process.json";
  base::write_file(file, process.dump());

  EXPECT_THAT(box.exec({}, {.process = file, .detach = true}), Succeeds());

  Peer executed = box.accept();
  EXPECT_EQ(confinement_of(executed.pid()), profile.enforced());
  EXPECT_THAT(executed.ask({"read", std::string(kForbidden)}, soon()), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(process, apparmor_exec_process_inherits, .clause = "config.md#linux-process", .level = hardening,
                 .claim =
                     "exec --process with a file without apparmorProfile does not let its program out of the "
                     "container's",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor", "exec"},
                 .faults = {"set_security_labels", "exec_labels_not_inherited"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  Serving box = serving(confined_by(profile));
  const auto file = scratch() / "process.json";
  base::write_file(file, process_that_serves(box).dump());

  EXPECT_THAT(box.exec({}, {.process = file, .detach = true}), Succeeds());

  Peer executed = box.accept();
  EXPECT_EQ(confinement_of(executed.pid()), profile.enforced());
  EXPECT_THAT(executed.ask({"read", std::string(kForbidden)}, soon()), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(process, apparmor_exec_missing, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --apparmor with a profile that is not loaded fails", .needs = {need::apparmor},
                 .features = {"apparmor", "exec"}, .faults = {"set_security_labels", "exec_apparmor_dropped"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/probe", "true"}, {.extra = {"--apparmor", "runproof-no-such-profile"}}), FailsCleanly());
  EXPECT_EQ(box.status(), Status::running);
}

}  // namespace runproof
