// How fast the engine is: against wabt's wasm-interp, with and without fuel, and how far ahead node's JIT is.

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <functional>

#include "base/file.h"
#include "reference_runtime/wasm/execution.h"

extern char** environ;

namespace {

using namespace refrun::wasm;
using Seconds = std::chrono::duration<double>;
using Clock = std::chrono::steady_clock;

struct Workload {
  std::string name;
  std::uint32_t expected;
};

// fib(32); the primes below 3 * 10^7; the first word of the SHA-256 of 10 MiB of zeros.
const std::vector<Workload> kWorkloads = {{"fib", 2178309}, {"sieve", 1857859}, {"sha256", 0xe5b844cc}};

double best_of(int times, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < times; ++i) {
    const auto start = Clock::now();
    work();
    best = std::min(best, Seconds(Clock::now() - start).count());
  }
  return best;
}

double ours(const std::string& file, const Workload& workload, Metering metering) {
  const auto module = load_module(file, base::read_file(file), metering);
  return best_of(5, [&] {
    OnDemandSource memory;
    Store store(memory);
    Instance& instance = store.instantiate(module, [](auto, auto) { return std::nullopt; });
    Meter meter;
    meter.limit_fuel(std::uint64_t{1} << 50);
    Execution execution(metering == Metering::on ? &meter : nullptr);
    execution.call(*instance.find_function("run"), {});
    if (execution.run() != Stop::finished) throw std::runtime_error(execution.trap_text());
    if (execution.results()[0].low != workload.expected) {
      throw std::runtime_error(fmt::format("{} gave {:#x}", workload.name, execution.results()[0].low));
    }
  });
}

/// Seconds of a whole process, output thrown away; a negative number where it cannot be run or fails.
double process(std::vector<std::string> argv, int times) {
  bool good = true;
  const double best = best_of(times, [&] {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    std::vector<char*> pointers;
    for (std::string& arg : argv) pointers.push_back(arg.data());
    pointers.push_back(nullptr);
    pid_t pid = 0;
    int status = 1;
    if (posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(), environ) == 0) waitpid(pid, &status, 0);
    posix_spawn_file_actions_destroy(&actions);
    good = good && status == 0;
  });
  return good ? best : -1;
}

std::string times_text(double other, double mine) { return other < 0 ? "-" : fmt::format("{:.1f}x", other / mine); }

}  // namespace

int main() {
  bool good = true;
  fmt::print("{:<8} {:>9} {:>9} {:>7} {:>12} {:>7} {:>9} {:>7}\n", "", "refrun", "fuel", "cost", "wasm-interp",
             "ours is", "node", "it is");
  for (const Workload& workload : kWorkloads) {
    const std::string file = std::string(WORKLOADS) + "/" + workload.name + ".wasm";
    const double plain = ours(file, workload, Metering::off);
    const double metered = ours(file, workload, Metering::on);
    const double interp = process({"wasm-interp", file, "--run-all-exports"}, 1);
    const std::string script = fmt::format(
        "const m=new WebAssembly.Module(require('fs').readFileSync('{}'));new WebAssembly.Instance(m).exports.run()",
        file);
    const double node = process({"node", "-e", script}, 3) - std::max(0.0, process({"node", "-e", "0"}, 3));
    const double cost = metered / plain - 1;
    fmt::print("{:<8} {:>7.3f} s {:>7.3f} s {:>6.1f}% {:>10.2f} s {:>7} {:>7.3f} s {:>7}\n", workload.name, plain,
               metered, cost * 100, interp, times_text(interp, plain), node,
               node > 0 ? fmt::format("{:.1f}x", plain / node) : "-");
    good = good && (interp < 0 || interp / plain >= 10) && cost <= 0.30;
  }
  fmt::print("wanted: 10x wasm-interp, fuel for at most 30 %: {}\n", good ? "reached" : "NOT reached");
  return good ? 0 : 1;
}
