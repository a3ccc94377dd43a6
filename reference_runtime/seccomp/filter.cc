#include "reference_runtime/seccomp/filter.h"

#include <fmt/format.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/unique_fd.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

struct Release {
  void operator()(void* context) const { seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

void check(int result, const std::string& doing) {
  if (result < 0) throw SeccompError(fmt::format("seccomp: {}: {}", doing, base::errno_name(-result)));
}

/// The action with its number: what ERRNO answers and TRACE tells, EPERM where the config names none.
std::uint32_t with_number(std::uint32_t action, const std::optional<std::uint32_t>& number) {
  const bool takes_number = action == SCMP_ACT_ERRNO(0) || action == SCMP_ACT_TRACE(0);
  return takes_number ? action | number.value_or(EPERM) : action;
}

// The architecture that this program runs on is always there; the config adds others. -EDOM: one of the other byte
// order, whose calls this kernel cannot be asked for at all, so there is nothing to filter.
void add_architectures(const Seccomp& config, void* context) {
  for (const std::uint32_t arch : config.architectures) {
    const int result = seccomp_arch_add(context, arch);
    if (result != -EEXIST && result != -EDOM)
      check(result, fmt::format("architecture {}", kSeccompArchitectures.name(arch).value_or("?")));
  }
}

scmp_arg_cmp comparison(const SeccompArg& arg) {
  scmp_arg_cmp made{};
  made.arg = arg.index;
  made.op = static_cast<scmp_compare>(arg.op);
  made.datum_a = arg.value;
  made.datum_b = arg.value_two;
  return made;
}

/// All of a rule's comparisons must hold, but libseccomp takes one per argument: where an argument is compared twice,
/// any of them is enough, as in runc.
std::vector<std::vector<scmp_arg_cmp>> alternatives(const SeccompRule& rule) {
  std::vector<scmp_arg_cmp> all;
  std::set<unsigned> indices;
  for (const SeccompArg& arg : rule.args) {
    all.push_back(comparison(arg));
    indices.insert(arg.index);
  }
  if (indices.size() == all.size()) return {all};
  std::vector<std::vector<scmp_arg_cmp>> each;
  each.reserve(all.size());
  for (const scmp_arg_cmp& one : all) each.push_back({one});
  return each;
}

void add_rule(const SeccompRule& rule, std::uint32_t default_action, void* context,
              std::vector<std::string>& warnings) {
  const std::uint32_t action = with_number(rule.action, rule.errno_ret);
  if (action == default_action) return;  // libseccomp refuses what changes nothing
  const auto comparisons = alternatives(rule);
  for (const std::string& name : rule.names) {
    const int number = seccomp_syscall_resolve_name(name.c_str());
    if (number == __NR_SCMP_ERROR) {
      warnings.push_back(fmt::format("seccomp: system call \"{}\" is unknown here", name));
      continue;
    }
    for (const auto& conditions : comparisons)
      check(
          seccomp_rule_add_array(context, action, number, static_cast<unsigned>(conditions.size()), conditions.data()),
          fmt::format("rule for {}", name));
  }
}

std::vector<sock_filter> exported(void* context) {
  const base::UniqueFd memory(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!memory.valid()) throw base::SysError("memfd_create");
  check(seccomp_export_bpf(context, memory.get()), "export");
  if (::lseek(memory.get(), 0, SEEK_SET) < 0) throw base::SysError("lseek");
  const std::string bytes = base::read_all(memory.get());
  std::vector<sock_filter> program(bytes.size() / sizeof(sock_filter));
  std::memcpy(program.data(), bytes.data(), program.size() * sizeof(sock_filter));
  return program;
}

bool notifies(const Seccomp& config) {
  return config.default_action == SCMP_ACT_NOTIFY ||
         std::any_of(config.syscalls.begin(), config.syscalls.end(),
                     [](const SeccompRule& rule) { return rule.action == SCMP_ACT_NOTIFY; });
}

/// What seccomp(2) takes. TSYNC and a listener exclude each other before Linux 5.7, and init has but one thread; a
/// killable wait is only for listeners.
unsigned syscall_flags(const Seccomp& config) {
  if (!notifies(config)) return config.flags & ~*kSeccompFlags.find("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");
  return (config.flags & ~*kSeccompFlags.find("SECCOMP_FILTER_FLAG_TSYNC")) | SECCOMP_FILTER_FLAG_NEW_LISTENER;
}

}  // namespace

SeccompFilter compile_seccomp(const Seccomp& config) {
  const std::uint32_t default_action = with_number(config.default_action, config.default_errno_ret);
  const Context context(seccomp_init(default_action));
  if (!context) throw SeccompError("seccomp: this default action cannot be had here");

  SeccompFilter filter;
  add_architectures(config, context.get());
  for (const SeccompRule& rule : config.syscalls) add_rule(rule, default_action, context.get(), filter.warnings);
  filter.program = exported(context.get());
  if (filter.program.size() > BPF_MAXINSNS)
    throw SeccompError(fmt::format("seccomp: the filter has {} instructions, the kernel takes {}",
                                   filter.program.size(), BPF_MAXINSNS));
  filter.flags = syscall_flags(config);
  filter.notifies = notifies(config);
  return filter;
}

int install_seccomp(const sock_filter* program, unsigned short length, unsigned flags) noexcept {
  const sock_fprog filter{.len = length, .filter = const_cast<sock_filter*>(program)};
  const long result = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  return result < 0 ? -errno : static_cast<int>(result);
}

std::vector<std::string> seccomp_actions() { return kSeccompActions.list(); }
std::vector<std::string> seccomp_operators() { return kSeccompOperators.list(); }
std::vector<std::string> seccomp_known_flags() { return kSeccompFlags.list(); }

std::vector<std::string> seccomp_architectures() {
  const Context context(seccomp_init(SCMP_ACT_ALLOW));
  std::vector<std::string> supported;
  for (const std::string& name : kSeccompArchitectures.list()) {
    const int result = seccomp_arch_add(context.get(), *kSeccompArchitectures.find(name));
    if (result == 0 || result == -EEXIST || result == -EDOM) supported.push_back(name);
  }
  return supported;
}

std::vector<std::string> seccomp_supported_flags() {
  std::vector<std::string> supported;
  for (const std::string& name : kSeccompFlags.list()) {
    unsigned flags = *kSeccompFlags.find(name);
    if (name == "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV") flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // The kernel looks at the flags before the filter: EFAULT says that they are good.
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, nullptr) < 0 && errno == EFAULT)
      supported.push_back(name);
  }
  return supported;
}

}  // namespace refrun
