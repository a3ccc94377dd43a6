// What a linear memory costs: allocate, touch four pages, free, in each tier; and how much 1,000 instances take.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/tier.h"

namespace {

using namespace refrun::wasm;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kPages = 16;  // 1 MiB
constexpr int kRounds = 5000;

double microseconds_each(MemorySource& source, unsigned threads) {
  const auto work = [&source] {
    for (int i = 0; i < kRounds; ++i) {
      Memory memory({{kPages, std::nullopt}}, source);
      for (std::uint64_t page = 0; page < 4; ++page) memory.base()[page * 4096] = 1;
    }
  };
  const auto start = Clock::now();
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count() / kRounds;
}

double best_of_five(MemorySource& source, unsigned threads) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) best = std::min(best, microseconds_each(source, threads));
  return best;
}

std::uint64_t resident_mib() {
  const std::string status = base::read_file("/proc/self/status");
  for (std::string_view line : base::split(status, '\n')) {
    const auto words = base::words(line);
    if (words.size() > 1 && words[0] == "VmRSS:")
      return static_cast<std::uint64_t>(base::to_number(words[1]).value_or(0)) / 1024;
  }
  return 0;
}

}  // namespace

int main() {
  const Environment environment = probe_environment();
  double on_demand[2] = {};
  bool good = true;
  for (Tier tier : {Tier::on_demand, Tier::compact, Tier::pooled}) {
    const MemoryChoice choice =
        choose_memory(environment, {.forced = tier, .instances = 1000, .patience = std::chrono::seconds(1)});
    const double times[2] = {best_of_five(*choice.source, 1), best_of_five(*choice.source, 4)};
    if (tier == Tier::on_demand) std::copy_n(times, 2, on_demand);
    fmt::print("{:<10} allocate, touch 4 pages, free: {:6.2f} us, on 4 threads {:6.2f} us\n", name_of(tier), times[0],
               times[1]);
    good = good && times[0] <= on_demand[0] && times[1] <= on_demand[1];
  }
  const MemoryChoice choice =
      choose_memory(environment, {.forced = Tier::pooled, .instances = 1000, .patience = std::chrono::seconds(1)});
  const auto module = load_module("m.wat", R"((module (memory 17) (data (i32.const 1024) "static data")
    (func (export "run") (param i32) (i32.store (local.get 0) (local.get 0)))))",
                                  Metering::on);
  const std::uint64_t before = resident_mib();
  std::deque<Store> stores;
  std::deque<Execution> executions;
  for (int i = 0; i < 1000; ++i) {
    Instance& instance =
        stores.emplace_back(*choice.source).instantiate(module, [](auto, auto) { return std::nullopt; });
    Execution& execution = executions.emplace_back();
    for (std::uint32_t at : {0U, 70'000U, 500'000U, 1'100'000U}) {
      const Value args[] = {Value::i32(at)};
      execution.call(*instance.find_function("run"), args);
      if (execution.run() != Stop::finished) return 1;
    }
  }
  const std::uint64_t taken = resident_mib() - before;
  fmt::print("1,000 instances with four pages touched each: {} MiB resident (wanted at most 1,024)\n", taken);
  good = good && taken <= 1024;
  fmt::print("wanted: the pools not slower than on demand: {}\n", good ? "reached" : "NOT reached");
  return good ? 0 : 1;
}
