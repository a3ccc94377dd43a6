// Runs the core test suite of WebAssembly (.wast files): wasm_spec [--fuel] [--tier=TIER] FOLDER [NAME...]

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "reference_runtime/wasm/spec/script.h"
#include "reference_runtime/wasm/tier.h"

namespace {

namespace fs = std::filesystem;
using namespace refrun::wasm;

std::vector<fs::path> scripts_in(const fs::path& folder, const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".wast") continue;
    const bool wanted = names.empty() || std::find(names.begin(), names.end(), entry.path().stem()) != names.end();
    if (wanted) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the WebAssembly core test suite"};
  bool fuel = false;
  std::string tier = "auto";
  fs::path folder;
  std::vector<std::string> names;
  app.add_flag("--fuel", fuel, "metered code that yields every 7 units of fuel");
  app.add_option("--tier", tier, "auto, pooled, compact or on-demand");
  app.add_option("folder", folder)->required();
  app.add_option("names", names, "only these scripts, without .wast");
  CLI11_PARSE(app, argc, argv);

  if (!fs::is_directory(folder)) {
    fmt::print("skipped: no test suite at {} (RUNPROOF_WASM_TESTSUITE says where)\n", folder.string());
    return 0;
  }
  const MemoryChoice memory = choose_memory(probe_environment(), {.forced = tier_from(tier), .instances = 64});
  fmt::print("{}\n", memory.log_line);
  spec::Tally total;
  for (const fs::path& file : scripts_in(folder, names)) {
    const spec::Tally tally = spec::Script(file, *memory.source, fuel ? Metering::on : Metering::off).run();
    total.passed += tally.passed;
    total.refused += tally.refused;

    total.failures.insert(total.failures.end(), tally.failures.begin(), tally.failures.end());
  }
  for (const std::string& failure : total.failures) fmt::print("{}\n", failure);
  fmt::print("{} run assertions passed, {} modules refused as they should be, {} failed\n", total.passed, total.refused,
             total.failures.size());
  return total.failures.empty() && total.passed > 0 ? 0 : 1;
}
