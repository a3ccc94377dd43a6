#include "reference_runtime/stage/update.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

#include "base/file.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/units.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct UpdateOptions {
  std::string id;
  std::string file;     // "-": standard input; empty: none
  base::Json by_flags;  // a linux.resources, as the flags say
};

base::Json read_resources(const std::string& file) {
  const std::string text = file == "-" ? base::read_all(STDIN_FILENO) : base::read_file(file);
  try {
    return base::parse_json(text);
  } catch (const base::JsonError& e) {
    throw std::runtime_error(fmt::format("--resources {}: {}", file, e.what()));
  }
}

int update(Context& context, const UpdateOptions& options) {
  const auto dir = context.store().open_if_there(options.id);
  if (!dir && fault("update_missing_succeeds")) return 0;
  if (!dir) throw NoSuchContainer(options.id);
  Problems problems;
  Resources resources =
      parse_resources(options.file.empty() ? options.by_flags : read_resources(options.file), problems);
  if (has_errors(problems)) throw std::runtime_error("the resources are not valid:\n" + describe(problems));
  if (!options.file.empty()) drop_unset(resources);
  update_container(*dir, resources);
  return 0;
}

using Options = std::shared_ptr<UpdateOptions>;

void add_number(CLI::App& verb, const Options& options, const char* flag, const char* pointer, const char* help) {
  verb.add_option_function<std::int64_t>(
      flag, [options, pointer](std::int64_t number) { options->by_flags[base::Json::json_pointer(pointer)] = number; },
      help);
}

void add_bytes(CLI::App& verb, const Options& options, const char* flag, const char* pointer, const char* help) {
  verb.add_option_function<std::string>(
      flag,
      [options, pointer, flag](const std::string& text) {
        try {
          options->by_flags[base::Json::json_pointer(pointer)] = parse_bytes(text);
        } catch (const std::invalid_argument& e) {
          throw CLI::ValidationError(flag, e.what());
        }
      },
      help);
}

void add_text(CLI::App& verb, const Options& options, const char* flag, const char* pointer, const char* help) {
  verb.add_option_function<std::string>(
      flag,
      [options, pointer](const std::string& text) { options->by_flags[base::Json::json_pointer(pointer)] = text; },
      help);
}

}  // namespace

void add_update(CLI::App& verb, Context& context) {
  auto options = std::make_shared<UpdateOptions>();
  options->by_flags = base::Json::object();
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_option(
      "--resources,-r", options->file,
      "File with a linux.resources object, - for standard input; 0 means unchanged. No other flag counts then");
  add_number(verb, options, "--blkio-weight", "/blockIO/weight", "Weight of block I/O, 10 to 1000");
  add_number(verb, options, "--cpu-period", "/cpu/period", "Period of the CPU quota, in microseconds");
  add_number(verb, options, "--cpu-quota", "/cpu/quota", "CPU time in each period, in microseconds; -1: unlimited");
  add_number(verb, options, "--cpu-burst", "/cpu/burst",
             "CPU time beyond the quota that may be saved up, in microseconds");
  add_number(verb, options, "--cpu-share", "/cpu/shares", "Share of the CPU, 2 to 262144");
  add_number(verb, options, "--cpu-rt-period", "/cpu/realtimePeriod", "Period of real-time tasks, in microseconds");
  add_number(verb, options, "--cpu-rt-runtime", "/cpu/realtimeRuntime", "Time for real-time tasks in each period");
  add_number(verb, options, "--cpu-idle", "/cpu/idle", "1: run only when nothing else does");
  add_text(verb, options, "--cpuset-cpus", "/cpu/cpus", "CPUs to run on, such as 0-2,7");
  add_text(verb, options, "--cpuset-mems", "/cpu/mems", "Memory nodes to use");
  add_bytes(verb, options, "--memory", "/memory/limit", "Memory limit, such as 512M; -1: unlimited");
  add_bytes(verb, options, "--memory-reservation", "/memory/reservation", "Soft limit of memory");
  add_bytes(verb, options, "--memory-swap", "/memory/swap", "Limit of memory and swap together; -1: unlimited");
  add_bytes(verb, options, "--kernel-memory", "/memory/kernel", "Deprecated: limit of kernel memory");
  add_bytes(verb, options, "--kernel-memory-tcp", "/memory/kernelTCP", "Limit of TCP buffers");
  add_number(verb, options, "--pids-limit", "/pids/limit", "Most processes and threads; -1: unlimited");
  verb.callback([&context, options] { context.action = [&context, options] { return update(context, *options); }; });
}

}  // namespace refrun
