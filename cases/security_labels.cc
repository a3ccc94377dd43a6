// Labels that a container's own mounts are not to keep from its program.
#include <filesystem>

#include "base/file.h"
#include "cases/support/apparmor.h"
#include "cases/support/attempt.h"
#include "cases/support/selinux.h"
#include "harness/case.h"
#include "harness/host/need_lsm.h"

namespace runproof {
namespace {

/// A directory that looks like /proc to whoever wants to write a label.
std::filesystem::path decoy_proc(const std::filesystem::path& directory) {
  for (const char* process : {"self", "thread-self"}) {
    std::filesystem::create_directories(directory / process / "attr/apparmor");
    base::write_file(directory / process / "attr/apparmor/exec", "decoy");
    base::write_file(directory / process / "attr/exec", "decoy");
  }
  return directory;
}

}  // namespace

CONFORMANCE_CASE(security, apparmor_decoy, .clause = "config.md#linux-process", .level = hardening,
                 .claim = "the AppArmor profile is really applied, though a mount has put something else at /proc",
                 .needs = {need::root, need::apparmor, need::apparmor_parser}, .features = {"apparmor"},
                 .faults = {"labels_through_container"}) {
  const ApparmorProfile profile(fresh_id(), soon());
  const std::filesystem::path decoy = decoy_proc(scratch() / "proc");
  const Config config =
      confined_by(profile, Config::minimal({"/probe", "read", "/real/self/attr/apparmor/current"}))
          .mount({.destination = "/real", .type = "proc", .source = "proc"})
          .mount({.destination = "/proc", .type = "bind", .source = decoy.string(), .options = {"bind", "rw"}});

  const Attempt made = attempt(container(config), "read");

  EXPECT_THAT(made, RefusedOr(Field("text", profile.enforced() + "\n")));
  EXPECT_EQ(base::read_file(decoy / "self/attr/apparmor/exec"), "decoy");
}

CONFORMANCE_CASE(security, selinux_decoy, .clause = "config.md#linux-process", .level = hardening,
                 .claim = "the selinuxLabel is really applied, though a mount has put something else at /proc",
                 .needs = {need::root, need::selinux, need::selinux_policy}, .features = {"selinux"},
                 .faults = {"labels_through_container"}) {
  const std::filesystem::path decoy = decoy_proc(scratch() / "proc");
  const Config config =
      labelled(kContainerLabel, Config::minimal({"/probe", "read", "/real/self/attr/current"}))
          .mount({.destination = "/real", .type = "proc", .source = "proc"})
          .mount({.destination = "/proc", .type = "bind", .source = decoy.string(), .options = {"bind", "rw"}});

  const Attempt made = attempt(container(config), "read");

  EXPECT_THAT(made, RefusedOr(Field("text", as_read(kContainerLabel))));
  EXPECT_EQ(base::read_file(decoy / "self/attr/exec"), "decoy");
}

}  // namespace runproof
