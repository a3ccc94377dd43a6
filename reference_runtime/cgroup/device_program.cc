#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/sys_error.h"
#include "reference_runtime/cgroup/devices.h"

namespace refrun {
namespace {

// The program's registers. The verifier wants every path to end in an exit with R0 set.
constexpr std::uint8_t kResult = BPF_REG_0;
constexpr std::uint8_t kContext = BPF_REG_1;
constexpr std::uint8_t kType = BPF_REG_2;
constexpr std::uint8_t kAccess = BPF_REG_3;  // what no rule has decided on yet
constexpr std::uint8_t kMajor = BPF_REG_4;
constexpr std::uint8_t kMinor = BPF_REG_5;
constexpr std::uint8_t kScratch = BPF_REG_6;

bpf_insn instruction(int code, std::uint8_t destination, std::uint8_t source, std::int16_t offset,
                     std::int32_t immediate) {
  bpf_insn made{};
  made.code = static_cast<__u8>(code);
  made.dst_reg = destination & 0xf;
  made.src_reg = source & 0xf;
  made.off = offset;
  made.imm = immediate;
  return made;
}

bpf_insn load_word(std::uint8_t destination, std::size_t offset) {
  return instruction(BPF_LDX | BPF_MEM | BPF_W, destination, kContext, static_cast<std::int16_t>(offset), 0);
}
bpf_insn move(std::uint8_t destination, std::uint8_t source) {
  return instruction(BPF_ALU64 | BPF_MOV | BPF_X, destination, source, 0, 0);
}
bpf_insn compute(int operation, std::uint8_t destination, std::int32_t value) {
  return instruction(BPF_ALU | operation | BPF_K, destination, 0, 0, value);
}
bpf_insn jump(int condition, std::uint8_t register_, std::int32_t value, std::size_t over) {
  return instruction(BPF_JMP | condition | BPF_K, register_, 0, static_cast<std::int16_t>(over), value);
}
std::array<bpf_insn, 2> leave(bool allowed) {
  return {instruction(BPF_ALU64 | BPF_MOV | BPF_K, kResult, 0, 0, allowed ? 1 : 0),
          instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)};
}

std::int32_t access_bits(const std::string& access) {
  if (access.empty()) return BPF_DEVCG_ACC_MKNOD | BPF_DEVCG_ACC_READ | BPF_DEVCG_ACC_WRITE;
  std::int32_t bits = 0;
  for (const char c : access)
    bits |= c == 'm' ? BPF_DEVCG_ACC_MKNOD : c == 'r' ? BPF_DEVCG_ACC_READ : BPF_DEVCG_ACC_WRITE;
  return bits;
}

/// What happens when the device is the rule's.
std::vector<bpf_insn> decision(const DeviceRule& rule) {
  const std::int32_t bits = access_bits(rule.access);
  std::vector<bpf_insn> code;
  if (rule.allow) {
    // These kinds of access are settled; when none is left, all are.
    code.push_back(compute(BPF_AND, kAccess, ~bits));
    code.push_back(jump(BPF_JNE, kAccess, 0, 2));
  } else {
    // One kind of access that is not settled yet is denied here: all of it is.
    code.push_back(move(kScratch, kAccess));
    code.push_back(compute(BPF_AND, kScratch, bits));
    code.push_back(jump(BPF_JEQ, kScratch, 0, 2));
  }
  for (const bpf_insn& one : leave(rule.allow)) code.push_back(one);
  return code;
}

void add_rule(const DeviceRule& rule, std::vector<bpf_insn>& program) {
  const std::vector<bpf_insn> then = decision(rule);
  struct Condition {
    std::uint8_t register_;
    std::int32_t value;
  };
  std::vector<Condition> conditions;
  if (rule.type != 'a') conditions.push_back({kType, rule.type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR});
  if (rule.major) conditions.push_back({kMajor, static_cast<std::int32_t>(*rule.major)});
  if (rule.minor) conditions.push_back({kMinor, static_cast<std::int32_t>(*rule.minor)});
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const std::size_t over = conditions.size() - i - 1 + then.size();
    program.push_back(jump(BPF_JNE, conditions[i].register_, conditions[i].value, over));
  }
  program.insert(program.end(), then.begin(), then.end());
}

int bpf(int command, bpf_attr& attr) { return static_cast<int>(::syscall(SYS_bpf, command, &attr, sizeof attr)); }

base::UniqueFd load(const std::vector<bpf_insn>& program) {
  bpf_attr attr{};
  attr.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
  attr.insns = reinterpret_cast<std::uintptr_t>(program.data());
  attr.insn_cnt = static_cast<__u32>(program.size());
  static constexpr char kLicense[] = "Apache-2.0";
  attr.license = reinterpret_cast<std::uintptr_t>(&kLicense);
  base::UniqueFd fd(bpf(BPF_PROG_LOAD, attr));
  if (!fd.valid()) throw base::SysError("bpf BPF_PROG_LOAD of the device program");
  return fd;
}

/// The device programs of this cgroup itself, by id.
std::vector<__u32> attached(int cgroup) {
  std::array<__u32, 64> ids{};  // BPF_CGROUP_MAX_PROGS
  bpf_attr attr{};
  attr.query.target_fd = static_cast<__u32>(cgroup);
  attr.query.attach_type = BPF_CGROUP_DEVICE;
  attr.query.prog_ids = reinterpret_cast<std::uintptr_t>(ids.data());
  attr.query.prog_cnt = ids.size();
  if (bpf(BPF_PROG_QUERY, attr) != 0) throw base::SysError("bpf BPF_PROG_QUERY");
  return {ids.begin(), ids.begin() + attr.query.prog_cnt};
}

void detach(int cgroup, __u32 id) {
  bpf_attr find{};
  find.prog_id = id;
  const base::UniqueFd program(bpf(BPF_PROG_GET_FD_BY_ID, find));
  if (!program.valid()) return;  // gone by itself
  bpf_attr attr{};
  attr.target_fd = static_cast<__u32>(cgroup);
  attr.attach_bpf_fd = static_cast<__u32>(program.get());
  attr.attach_type = BPF_CGROUP_DEVICE;
  if (bpf(BPF_PROG_DETACH, attr) != 0 && errno != ENOENT) throw base::SysError("bpf BPF_PROG_DETACH");
}

}  // namespace

std::vector<bpf_insn> device_program(const std::vector<DeviceRule>& rules) {
  std::vector<bpf_insn> program{
      load_word(kType, offsetof(bpf_cgroup_dev_ctx, access_type)),
      move(kAccess, kType),
      compute(BPF_RSH, kAccess, 16),
      compute(BPF_AND, kType, 0xffff),
      load_word(kMajor, offsetof(bpf_cgroup_dev_ctx, major)),
      load_word(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)),
  };
  bool decided = false;
  for (auto rule = rules.rbegin(); rule != rules.rend() && !decided; ++rule) {
    add_rule(*rule, program);
    // What comes before a rule about everything never counts, and the verifier would call it unreachable.
    decided = rule->type == 'a' && !rule->major && !rule->minor && access_bits(rule->access) == access_bits("");
  }
  for (const bpf_insn& one : leave(/*allowed=*/true)) program.push_back(one);
  return program;
}

void attach_device_program(const std::string& directory, const std::vector<bpf_insn>& program) {
  const base::UniqueFd cgroup(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup.valid()) throw base::SysError("open " + directory);
  const base::UniqueFd fd = load(program);
  const std::vector<__u32> old = attached(cgroup.get());
  // First the new one beside the old ones, then these go: at no time is less forbidden than by either.
  bpf_attr attr{};
  attr.target_fd = static_cast<__u32>(cgroup.get());
  attr.attach_bpf_fd = static_cast<__u32>(fd.get());
  attr.attach_type = BPF_CGROUP_DEVICE;
  attr.attach_flags = BPF_F_ALLOW_MULTI;
  if (bpf(BPF_PROG_ATTACH, attr) != 0) throw base::SysError("bpf BPF_PROG_ATTACH to " + directory);
  for (const __u32 id : old) detach(cgroup.get(), id);
}

}  // namespace refrun
