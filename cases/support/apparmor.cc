#include "cases/support/apparmor.h"

#include <fmt/format.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

/// For the way out, where the case's own deadline may have passed.
constexpr std::chrono::seconds kUnload{10};

Finished parse(const std::string& option, const std::string& text, base::Deadline deadline) {
  // Warnings are about the parser's configuration file, of which nothing is used.
  return run({.argv = {"apparmor_parser", option, "--skip-cache", "--quiet"},
              .stdin_text = text,
              .deadline = std::chrono::ceil<std::chrono::milliseconds>(deadline.left())});
}

std::string text_of(const std::string& name) {
  return fmt::format(
      "profile {} flags=(attach_disconnected, mediate_deleted) {{\n"
      "  file,\n  capability,\n  network,\n  mount,\n  umount,\n  pivot_root,\n  ptrace,\n  signal,\n  unix,\n"
      "  deny {} r,\n}}\n",
      name, kForbidden);
}

}  // namespace

ApparmorProfile::ApparmorProfile(std::string name, base::Deadline deadline) : name_(std::move(name)) {
  const Finished loaded = parse("--add", text_of(name_), deadline);
  if (!loaded.ok()) throw Broken("load the AppArmor profile " + name_, loaded.err);
}

ApparmorProfile::~ApparmorProfile() { (void)parse("--remove", text_of(name_), base::Deadline::in(kUnload)); }

Config confined_by(const ApparmorProfile& profile, Config config) {
  return config.set("/process/apparmorProfile", profile.name());
}

std::string confinement_of(pid_t pid) {
  return std::string(base::trim(base::read_file(fmt::format("/proc/{}/attr/apparmor/current", pid))));
}

}  // namespace runproof
