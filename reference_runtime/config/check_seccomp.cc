#include <seccomp.h>

#include <algorithm>

#include "reference_runtime/config/check.h"

namespace refrun {
namespace {

constexpr std::uint32_t kMostErrno = 4095;    // the kernel's MAX_ERRNO
constexpr std::uint32_t kMostTraced = 65535;  // SECCOMP_RET_DATA

// config-linux.md#seccomp: an errno with an action that has none is an error.
void check_errno(std::uint32_t action, const std::optional<std::uint32_t>& number, const std::string& action_at,
                 const std::string& at, Problems& problems) {
  if (!number || is_noted(problems, action_at)) return;
  if (action == SCMP_ACT_ERRNO(0)) {
    if (*number > kMostErrno) note(problems, at, "must be from 0 to 4095");
  } else if (action == SCMP_ACT_TRACE(0)) {
    if (*number > kMostTraced) note(problems, at, "must be from 0 to 65535");
  } else {
    note(problems, at, "is only for SCMP_ACT_ERRNO and SCMP_ACT_TRACE");
  }
}

void check_rule(const SeccompRule& rule, const std::string& at, Problems& problems) {
  constexpr unsigned kArguments = 6;
  if (rule.names.empty()) note(problems, at + "/names", "must have at least one entry");
  check_errno(rule.action, rule.errno_ret, at + "/action", at + "/errnoRet", problems);
  for (std::size_t i = 0; i < rule.args.size(); ++i)
    if (rule.args[i].index >= kArguments)
      note(problems, base::json_pointer(at + "/args", i) + "/index", "must be from 0 to 5");
}

bool notifies(const Seccomp& seccomp) {
  return seccomp.default_action == SCMP_ACT_NOTIFY ||
         std::any_of(seccomp.syscalls.begin(), seccomp.syscalls.end(),
                     [](const SeccompRule& rule) { return rule.action == SCMP_ACT_NOTIFY; });
}

void check_listener(const Seccomp& seccomp, const std::string& at, Problems& problems) {
  if (!seccomp.listener_metadata.empty() && seccomp.listener_path.empty())
    note(problems, at + "/listenerMetadata", "must not be set without listenerPath");
  if (notifies(seccomp) && seccomp.listener_path.empty())
    note(problems, at + "/listenerPath", "is required with SCMP_ACT_NOTIFY");
}

// The filter's process sends the listener by sendmsg(2): nobody could answer yet for a notification of that.
void check_handover(const Seccomp& seccomp, const std::string& at, Problems& problems) {
  constexpr const char* kRule = "the runtime itself needs sendmsg to hand over the listener: it cannot be notified of";
  bool has_own_rule = false;
  for (std::size_t i = 0; i < seccomp.syscalls.size(); ++i) {
    const SeccompRule& rule = seccomp.syscalls[i];
    const auto named = std::find(rule.names.begin(), rule.names.end(), "sendmsg");
    if (named == rule.names.end()) continue;
    has_own_rule = true;
    const auto index = static_cast<std::size_t>(named - rule.names.begin());
    if (rule.action == SCMP_ACT_NOTIFY)
      note(problems, base::json_pointer(base::json_pointer(at + "/syscalls", i) + "/names", index), kRule);
  }
  if (seccomp.default_action == SCMP_ACT_NOTIFY && !has_own_rule) note(problems, at + "/defaultAction", kRule);
}

}  // namespace

void check_seccomp(const Seccomp& seccomp, const std::string& at, Problems& problems) {
  check_errno(seccomp.default_action, seccomp.default_errno_ret, at + "/defaultAction", at + "/defaultErrnoRet",
              problems);
  for (std::size_t i = 0; i < seccomp.syscalls.size(); ++i)
    check_rule(seccomp.syscalls[i], base::json_pointer(at + "/syscalls", i), problems);
  check_listener(seccomp, at, problems);
  check_handover(seccomp, at, problems);
}

}  // namespace refrun
