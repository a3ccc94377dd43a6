// wasm_fuzz [--seconds N] [--seed N] SEEDS: mutates modules and runs them, in a given number of seconds. Every module
// is loaded, lowered, linked and run with little fuel; the same seed gives the same modules. Prints the seed number of
// a module before it is tried when --trace is given, so that a crash names its cause.

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <random>

#include "base/file.h"
#include "reference_runtime/wasm/parse.h"
#include "reference_runtime/wasm/wabt_headers.h"
#include "reference_runtime/wasm/wasi/program.h"

namespace {

using namespace refrun::wasm;
using Clock = std::chrono::steady_clock;
using Random = std::mt19937_64;

constexpr std::uint64_t kMostMemory = 32 << 20;

class SmallSource final : public MemorySource {
 public:
  std::unique_ptr<Region> make_region(std::uint64_t max_bytes) override {
    return std::make_unique<Small>(source_.make_region(max_bytes));
  }

 private:
  class Small final : public Region {
   public:
    explicit Small(std::unique_ptr<Region> region) : region_(std::move(region)) {}
    [[nodiscard]] std::uint8_t* base() const override { return region_->base(); }
    [[nodiscard]] bool resize(std::uint64_t bytes) override { return bytes <= kMostMemory && region_->resize(bytes); }

   private:
    std::unique_ptr<Region> region_;
  };
  OnDemandSource source_;
};

/// A module that waits is left alone: its wait never ends.
class Never final : public wasi::Waiter {
 public:
  std::shared_ptr<Awaitable> ready(std::vector<pollfd> /*fds*/, std::optional<Clock::time_point> /*until*/) override {
    return nullptr;
  }
};

std::vector<std::string> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::string> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto tree = parse_module(entry.path().string(), base::read_file(entry.path()));
    wabt::MemoryStream stream;
    if (Failed(wabt::WriteBinaryModule(&stream, tree.get(), {})))
      throw LoadError("cannot write " + entry.path().string());
    seeds.emplace_back(stream.output_buffer().data.begin(), stream.output_buffer().data.end());
  }
  std::sort(seeds.begin(), seeds.end());
  return seeds;
}

std::string mutate(const std::vector<std::string>& seeds, Random& random) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  constexpr unsigned char kInteresting[] = {0,    1,    0x0b, 0x40, 0x7f, 0x80, 0xff, 0x41,
                                            0x6a, 0xfd, 0xfc, 0x10, 0x11, 0x0e, 0x0c, 0x20};
  std::string bytes = seeds[below(seeds.size())];
  for (std::size_t n = 1 + below(6); n > 0 && bytes.size() > 9; --n) {
    const std::size_t at = 8 + below(bytes.size() - 8);
    switch (below(7)) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes[at] = static_cast<char>(kInteresting[below(std::size(kInteresting))]);
        break;
      case 3:
        bytes.erase(at, 1 + below(4));
        break;
      case 4:
        bytes.insert(at, 1, static_cast<char>(random()));
        break;
      case 5: {
        const std::string& other = seeds[below(seeds.size())];
        const std::size_t from = below(other.size());
        bytes.replace(at, below(8), other.substr(from, below(16)));
        break;
      }
      default:
        bytes[at] = static_cast<char>(bytes[at] + (below(2) == 0 ? 1 : -1));
        break;
    }
  }
  return bytes;
}

struct Counts {
  std::uint64_t tried = 0, loaded = 0, ran = 0, finished = 0;
  Clock::duration slowest = {};
};

void run_all(const std::shared_ptr<const Module>& module, Counts& counts) {
  SmallSource memory;
  Never never;
  Meter meter;
  meter.limit_fuel(200'000);
  int yields = 0;
  meter.on_deadline([&](Deadline) { return ++yields < 3 ? Decision::yield(1000) : Decision::trap(); });
  auto world = std::make_unique<wasi::World>();
  world->waiter = &never;
  wasi::check_program(*module);
  wasi::Program program(module, memory, std::move(world), &meter);
  Stop stop = program.run();
  while (stop == Stop::yielded) stop = program.run();
  ++counts.ran;
  counts.finished += stop == Stop::finished;
}

void try_one(const std::string& bytes, Counts& counts) {
  const auto start = Clock::now();
  ++counts.tried;
  try {
    const auto module = load_module("fuzz.wasm", bytes, Metering::on);
    ++counts.loaded;
    run_all(module, counts);
  } catch (const LoadError&) {
    // what most of them deserve
  }
  counts.slowest = std::max(counts.slowest, Clock::now() - start);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs mutated Wasm modules"};
  std::uint64_t seconds = 10;
  std::uint64_t seed = 1;
  bool trace = false;
  std::filesystem::path folder;
  app.add_option("--seconds", seconds);
  app.add_option("--seed", seed, "of the first module");
  app.add_flag("--trace", trace);
  app.add_option("seeds", folder)->required();
  CLI11_PARSE(app, argc, argv);

  const std::vector<std::string> seeds = read_seeds(folder);
  Counts counts;
  const auto end = Clock::now() + std::chrono::seconds(seconds);
  for (std::uint64_t i = seed; Clock::now() < end; ++i) {
    if (trace) fmt::print(stderr, "{}\n", i);
    Random random(i);
    try_one(mutate(seeds, random), counts);
  }
  const auto slowest = std::chrono::duration_cast<std::chrono::milliseconds>(counts.slowest).count();
  fmt::print("{} modules: {} loaded, {} ran, {} to their end; the slowest took {} ms\n", counts.tried, counts.loaded,
             counts.ran, counts.finished, slowest);
  return counts.finished > 0 && slowest < 5000 ? 0 : 1;
}
