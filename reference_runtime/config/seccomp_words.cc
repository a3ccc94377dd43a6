#include <linux/seccomp.h>
#include <seccomp.h>

#include <array>

#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

template <typename T>
using Entry = std::pair<std::string_view, T>;

constexpr std::array kActionEntries{
    Entry<std::uint32_t>{"SCMP_ACT_KILL", SCMP_ACT_KILL},
    Entry<std::uint32_t>{"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
    Entry<std::uint32_t>{"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
    Entry<std::uint32_t>{"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
    Entry<std::uint32_t>{"SCMP_ACT_ERRNO", SCMP_ACT_ERRNO(0)},
    Entry<std::uint32_t>{"SCMP_ACT_TRACE", SCMP_ACT_TRACE(0)},
    Entry<std::uint32_t>{"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
    Entry<std::uint32_t>{"SCMP_ACT_LOG", SCMP_ACT_LOG},
    Entry<std::uint32_t>{"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
};

constexpr std::array kOperatorEntries{
    Entry<int>{"SCMP_CMP_NE", SCMP_CMP_NE},
    Entry<int>{"SCMP_CMP_LT", SCMP_CMP_LT},
    Entry<int>{"SCMP_CMP_LE", SCMP_CMP_LE},
    Entry<int>{"SCMP_CMP_EQ", SCMP_CMP_EQ},
    Entry<int>{"SCMP_CMP_GE", SCMP_CMP_GE},
    Entry<int>{"SCMP_CMP_GT", SCMP_CMP_GT},
    Entry<int>{"SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ},
};

// Audit tokens that libseccomp 2.5 does not name yet. It says so itself when asked to compile for them.
constexpr std::uint32_t kLoongArch64 = 0xC0000102;
constexpr std::uint32_t kM68k = 0x00000004;
constexpr std::uint32_t kSh = 0x4000002A;
constexpr std::uint32_t kSheb = 0x0000002A;

constexpr std::array kArchitectureEntries{
    Entry<std::uint32_t>{"SCMP_ARCH_X86", SCMP_ARCH_X86},
    Entry<std::uint32_t>{"SCMP_ARCH_X86_64", SCMP_ARCH_X86_64},
    Entry<std::uint32_t>{"SCMP_ARCH_X32", SCMP_ARCH_X32},
    Entry<std::uint32_t>{"SCMP_ARCH_ARM", SCMP_ARCH_ARM},
    Entry<std::uint32_t>{"SCMP_ARCH_AARCH64", SCMP_ARCH_AARCH64},
    Entry<std::uint32_t>{"SCMP_ARCH_MIPS", SCMP_ARCH_MIPS},
    Entry<std::uint32_t>{"SCMP_ARCH_MIPS64", SCMP_ARCH_MIPS64},
    Entry<std::uint32_t>{"SCMP_ARCH_MIPS64N32", SCMP_ARCH_MIPS64N32},
    Entry<std::uint32_t>{"SCMP_ARCH_MIPSEL", SCMP_ARCH_MIPSEL},
    Entry<std::uint32_t>{"SCMP_ARCH_MIPSEL64", SCMP_ARCH_MIPSEL64},
    Entry<std::uint32_t>{"SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32},
    Entry<std::uint32_t>{"SCMP_ARCH_PPC", SCMP_ARCH_PPC},
    Entry<std::uint32_t>{"SCMP_ARCH_PPC64", SCMP_ARCH_PPC64},
    Entry<std::uint32_t>{"SCMP_ARCH_PPC64LE", SCMP_ARCH_PPC64LE},
    Entry<std::uint32_t>{"SCMP_ARCH_S390", SCMP_ARCH_S390},
    Entry<std::uint32_t>{"SCMP_ARCH_S390X", SCMP_ARCH_S390X},
    Entry<std::uint32_t>{"SCMP_ARCH_PARISC", SCMP_ARCH_PARISC},
    Entry<std::uint32_t>{"SCMP_ARCH_PARISC64", SCMP_ARCH_PARISC64},
    Entry<std::uint32_t>{"SCMP_ARCH_RISCV64", SCMP_ARCH_RISCV64},
    Entry<std::uint32_t>{"SCMP_ARCH_LOONGARCH64", kLoongArch64},
    Entry<std::uint32_t>{"SCMP_ARCH_M68K", kM68k},
    Entry<std::uint32_t>{"SCMP_ARCH_SH", kSh},
    Entry<std::uint32_t>{"SCMP_ARCH_SHEB", kSheb},
};

constexpr unsigned kWaitKillableRecv = 1U << 5;  // Linux 5.19
constexpr std::array kFlagEntries{
    Entry<unsigned>{"SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC},
    Entry<unsigned>{"SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG},
    Entry<unsigned>{"SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW},
    Entry<unsigned>{"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", kWaitKillableRecv},
};

}  // namespace

constinit const Words<std::uint32_t> kSeccompActions{kActionEntries.data(), kActionEntries.size()};
constinit const Words<int> kSeccompOperators{kOperatorEntries.data(), kOperatorEntries.size()};
constinit const Words<std::uint32_t> kSeccompArchitectures{kArchitectureEntries.data(), kArchitectureEntries.size()};
constinit const Words<unsigned> kSeccompFlags{kFlagEntries.data(), kFlagEntries.size()};

}  // namespace refrun
