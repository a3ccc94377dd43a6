#include "reference_runtime/wasm/tier.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

#include "base/sys_error.h"
#include "reference_runtime/wasm/objects.h"
#include "reference_runtime/wasm/pool.h"
#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {
namespace {

using std::chrono::microseconds;

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
// Of an address space that is limited, this part may be reserved: the module's tables, stacks and the C library need
// the rest.
constexpr std::uint64_t kShareOfLimit = 4;

PoolShape shape_of(Tier tier, std::uint32_t instances) {
  if (tier == Tier::pooled) return {.slot_bytes = 4 * kGiB, .guard_bytes = 2 * kGiB, .slots = instances};
  return {.slot_bytes = 64 * kMiB, .guard_bytes = 2 * kMiB, .slots = instances};
}

/// This thread's processor time: what a busy machine takes from us says nothing about the reservation, which is kernel
/// (or emulator) work on our account.
microseconds now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return microseconds(std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000);
}

microseconds since(microseconds start) { return now() - start; }

/// How long a reservation of `bytes` takes, undone again; nullopt where it fails (errno says why).
std::optional<microseconds> time_reservation(std::uint64_t bytes) {
  const auto start = now();
  void* at = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return std::nullopt;
  munmap(at, bytes);
  return since(start);
}

struct Trial {
  std::unique_ptr<Pool> pool = nullptr;
  std::string why_not = {};
};

Trial try_pool(Tier tier, const Environment& environment, const TierRequest& request) {
  PoolShape shape = shape_of(tier, request.instances);
  if (environment.address_space_left) {
    const std::uint64_t share = *environment.address_space_left / kShareOfLimit;
    const std::uint64_t per_slot = shape.slot_bytes + shape.guard_bytes;
    const std::uint64_t fitting = share > shape.guard_bytes ? (share - shape.guard_bytes) / per_slot : 0;
    shape.slots = static_cast<std::uint32_t>(std::min<std::uint64_t>(shape.slots, fitting));
    if (shape.slots == 0) {
      return {.why_not = fmt::format("{} MiB of address space are left, and a slot takes {} MiB",
                                     *environment.address_space_left / kMiB, per_slot / kMiB)};
    }
  }
  // What was asked for may take its time.
  const microseconds patience = request.forced ? microseconds::max() : request.patience;
  const auto start = now();
  // Graduated: what a small reservation costs says what the whole one would.
  for (std::uint64_t bytes = 64 * kMiB; bytes < shape.reservation(); bytes *= 16) {
    const auto took = time_reservation(bytes);
    if (!took) return {.why_not = fmt::format("reserving {} MiB: {}", bytes / kMiB, base::errno_name(errno))};
    const double whole =
        static_cast<double>(took->count()) * static_cast<double>(shape.reservation()) / static_cast<double>(bytes);
    // Below 200 us a single reservation says nothing about its size: that is the system call and the scheduler.
    if (took->count() > 200 && whole > static_cast<double>(patience.count())) {
      return {.why_not = fmt::format("reserving {} MiB took {} us: {} MiB would take {:.0f} ms", bytes / kMiB,
                                     took->count(), shape.reservation() / kMiB, whole / 1000)};
    }
  }
  auto pool = Pool::make(shape, environment.huge_pages);
  if (!pool)
    return {.why_not = fmt::format("reserving {} MiB: {}", shape.reservation() / kMiB, base::errno_name(errno))};
  try {
    Memory memory({{1, std::nullopt}}, *pool);
    memory.base()[0] = 1;
    if (memory.grow(1) != 1) return {.why_not = "a memory made for trial did not grow"};
  } catch (const LoadError& e) {
    return {.why_not = e.what()};
  }
  if (since(start) > patience) {
    return {.why_not = fmt::format("the trial took {} ms", since(start).count() / 1000)};
  }
  return {.pool = std::move(pool)};
}

}  // namespace

std::string_view name_of(Tier tier) {
  constexpr std::string_view kNames[] = {"pooled", "compact", "on-demand"};
  return kNames[static_cast<std::size_t>(tier)];
}

std::optional<Tier> tier_from(std::string_view name) {
  if (name == "auto") return std::nullopt;
  for (Tier tier : {Tier::pooled, Tier::compact, Tier::on_demand}) {
    if (name == name_of(tier)) return tier;
  }
  throw LoadError(fmt::format("no Wasm allocator \"{}\": auto, pooled, compact or on-demand", name));
}

MemoryChoice choose_memory(const Environment& environment, const TierRequest& request) {
  MemoryChoice choice;
  std::uint32_t slots = 0;
  for (Tier tier : {Tier::pooled, Tier::compact}) {
    if (request.forced && *request.forced != tier) continue;
    Trial trial = try_pool(tier, environment, request);
    if (trial.pool) {
      choice.tier = tier;
      slots = trial.pool->shape().slots;
      choice.source = std::move(trial.pool);
      break;
    }
    if (request.forced)
      throw LoadError(fmt::format("Wasm allocator {} cannot be had: {}", name_of(tier), trial.why_not));
    choice.passed_over.push_back(fmt::format("{}: {}", name_of(tier), trial.why_not));
  }
  if (!choice.source) choice.source = std::make_unique<OnDemandSource>();
  if (request.forced) {
    choice.reason = "asked for";
  } else if (choice.passed_over.empty()) {
    choice.reason = "a trial memory was made in time";
  } else {
    choice.reason = fmt::format("not {}", fmt::join(choice.passed_over, "; not "));
  }
  choice.log_line = fmt::format("wasm memory: tier={} slots={} reason=\"{}\" {}", name_of(choice.tier), slots,
                                choice.reason, environment.text());
  return choice;
}

}  // namespace refrun::wasm
