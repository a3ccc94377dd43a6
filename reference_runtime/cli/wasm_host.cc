#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>

#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/json.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/stage/bundle.h"
#include "reference_runtime/wasm/tier.h"
#include "reference_runtime/wasm/wasi/pod.h"

namespace refrun {
namespace {

namespace fs = std::filesystem;

struct HostOptions {
  std::uint32_t workers = 1;
  std::string allocator = "auto";
  std::string logs;
  std::vector<std::string> bundles;
};

base::UniqueFd output(const HostOptions& options, const std::string& name, const char* suffix, int inherited) {
  if (options.logs.empty()) return base::duplicate(inherited);
  return base::open_file(fs::path(options.logs) / (name + suffix), O_WRONLY | O_CREAT | O_TRUNC);
}

/// A bundle as a member of the pod: its rootfs is "/" for the module, and all that it sees of the file system.
wasm::wasi::Member member_of(const std::string& path, const HostOptions& options, std::vector<std::string>& warnings) {
  const Bundle bundle = load_bundle(path, warnings);
  if (!bundle.config.process || bundle.config.process->args.empty())
    throw std::runtime_error(path + ": no process.args");
  const Process& process = *bundle.config.process;
  const fs::path root = fs::path(bundle.config.root.path).is_absolute()
                            ? fs::path(bundle.config.root.path)
                            : fs::path(bundle.path) / bundle.config.root.path;
  wasm::wasi::Member member{.name = fs::path(bundle.path).filename().string()};
  member.limits = wasm::RunLimits::from(bundle.config.annotations);
  member.world = std::make_unique<wasm::wasi::World>();
  member.world->args = process.args;
  member.world->env = process.env;
  member.world->add_at(0, base::open_file("/dev/null", O_RDONLY));
  member.world->add_at(1, output(options, member.name, ".out", 1));
  member.world->add_at(2, output(options, member.name, ".err", 2));
  member.world->preopen_at(3, root.string(), "/");
  const fs::path program = root / (fs::path(process.cwd) / process.args[0]).relative_path();
  const std::string text = base::read_file(program);
  member.module = wasm::load_module(program.string(), text, wasm::Metering::on);
  wasm::wasi::check_program(*member.module);
  return member;
}

int run_host(Context& context, const HostOptions& options) {
  const wasm::TierRequest request{.forced = wasm::tier_from(options.allocator),
                                  .instances = static_cast<std::uint32_t>(options.bundles.size())};
  const wasm::MemoryChoice memory = wasm::choose_memory(wasm::probe_environment(), request);
  for (const std::string& tier : memory.passed_over) context.log.warnings().push_back("wasm memory: not " + tier);
  std::vector<wasm::wasi::Member> members;
  std::vector<std::string> names;
  for (const std::string& path : options.bundles) {
    members.push_back(member_of(path, options, context.log.warnings()));
    names.push_back(members.back().name);
  }
  signal(SIGPIPE, SIG_IGN);
  const auto endings = wasm::wasi::run_pod(std::move(members), options.workers, *memory.source);
  for (std::size_t i = 0; i < endings.size(); ++i) {
    base::OrderedJson line{{"container", names[i]}, {"status", endings[i].status}};
    if (!endings[i].trap.empty()) line["trap"] = endings[i].trap;
    fmt::print("{}\n", line.dump());
  }
  return 0;
}

}  // namespace

void add_wasm_host(CLI::App& verb, Context& context) {
  auto options = std::make_shared<HostOptions>();
  verb.add_option("--workers", options->workers, "Threads that share the modules")->check(CLI::Range(1, 256));
  verb.add_option("--wasm-allocator", options->allocator, "Memory of the modules: auto, pooled, compact or on-demand")
      ->envname("REFRUN_WASM_ALLOCATOR");
  verb.add_option("--logs", options->logs, "Directory for each container's output, as NAME.out and NAME.err");
  verb.add_option("bundles", options->bundles, "The bundles of the pod's containers")->required();
  verb.callback([&context, options] { context.action = [&context, options] { return run_host(context, *options); }; });
}

}  // namespace refrun
