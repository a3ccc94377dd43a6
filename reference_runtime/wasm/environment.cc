#include "reference_runtime/wasm/environment.h"

#include <fmt/format.h>
#include <sys/resource.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstring>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace refrun::wasm {
namespace {

std::string read_or_empty(const char* path) {
  try {
    return base::read_file_if_there(path).value_or("");
  } catch (const base::SysError&) {
    return "";
  }
}

/// The number behind "Name:" in files like /proc/meminfo, in KiB there.
std::uint64_t field_kib(const std::string& text, std::string_view name) {
  for (std::string_view line : base::split(text, '\n')) {
    const auto words = base::words(line);
    if (words.size() < 2 || words[0] != name) continue;
    return static_cast<std::uint64_t>(base::to_number(words[1]).value_or(0));
  }
  return 0;
}

std::optional<std::uint64_t> address_space_left() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const std::string status = read_or_empty("/proc/self/status");
  const std::uint64_t used = field_kib(status, "VmSize:") * 1024;
  return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

Environment::HugePages huge_pages() {
  const std::string text = read_or_empty("/sys/kernel/mm/transparent_hugepage/enabled");
  if (text.find("[always]") != std::string::npos) return Environment::HugePages::always;
  if (text.find("[madvise]") != std::string::npos) return Environment::HugePages::on_request;
  return Environment::HugePages::never;
}

Environment::Overcommit overcommit() {
  const std::string text = read_or_empty("/proc/sys/vm/overcommit_memory");
  if (text.starts_with('1')) return Environment::Overcommit::always;
  if (text.starts_with('2')) return Environment::Overcommit::never;
  return Environment::Overcommit::heuristic;
}

}  // namespace

Environment probe_environment() {
  Environment found;
  found.memory_available = field_kib(read_or_empty("/proc/meminfo"), "MemAvailable:") * 1024;
  found.address_space_left = address_space_left();
  found.overcommit = overcommit();
  found.huge_pages = huge_pages();
#if defined(__x86_64__)
  unsigned a = 0;
  unsigned signature[3] = {};
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(1, &a, &signature[0], &c, &d) != 0) found.hypervisor = (c & (1U << 31)) != 0;
  if (found.hypervisor) {
    __cpuid(0x40000000, a, signature[0], signature[1], signature[2]);
    found.emulated = std::memcmp(signature, "TCGTCGTCGTCG", sizeof signature) == 0;
  }
#endif
  return found;
}

std::string Environment::text() const {
  constexpr const char* kHuge[] = {"never", "madvise", "always"};
  const std::string space = address_space_left ? fmt::format("{}MiB", *address_space_left >> 20) : "unlimited";
  return fmt::format("available={}MiB as={} overcommit={} thp={} hypervisor={} emulated={}", memory_available >> 20,
                     space, static_cast<int>(overcommit), kHuge[static_cast<int>(huge_pages)],
                     static_cast<int>(hypervisor), static_cast<int>(emulated));
}

}  // namespace refrun::wasm
