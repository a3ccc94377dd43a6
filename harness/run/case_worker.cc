#include "harness/run/case_worker.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/entries.h"
#include "base/file.h"
#include "base/sys_error.h"
#include "base/unique_fd.h"
#include "harness/bundle/tenant.h"
#include "harness/case.h"
#include "harness/spawn/reaper.h"
#include "harness/spawn/time_waited.h"

namespace runproof {
namespace {

void make_scratch(const std::filesystem::path& directory) {
  std::filesystem::create_directory(directory);
  const Tenant* owner = tenant();
  if (owner != nullptr && chown(directory.c_str(), owner->uid, owner->gid) != 0)
    throw base::SysError("chown " + directory.string());
}

}  // namespace

Traces traces_of(const Context& context) {
  Traces traces{.prefix = context.prefix()};
  if (context.keep) return traces;
  traces.directories.push_back(context.scratch);
  const base::UniqueFd stage(::open(context.stage.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!stage.valid()) return traces;
  (void)base::for_each_entry(stage.get(), [&](const char* name, unsigned char) {
    if (bears(name, traces.prefix)) traces.directories.push_back(context.stage / name);
  });
  return traces;
}

int work_on_case(const PlannedRun& run, Context own_context, int report_fd) {
  const auto waited_before = time_waited();
  Reaper::instance().enable();
  for (const auto& [name, value] : run.env) setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
  make_scratch(own_context.scratch);
  set_context(std::move(own_context));

  Evidence evidence = run_case(*run.one);

  for (Leftover& leftover : sweep(traces_of(context()), Patience::dying)) evidence.add(std::move(leftover));
  base::Json report = evidence;
  report["waiting_ms"] = std::chrono::duration<double, std::milli>(time_waited() - waited_before).count();
  if (context().keep)
    report["bundle"] = evidence.bundles.empty() ? context().scratch.string() : evidence.bundles.front();
  base::write_all(report_fd, report.dump(-1, ' ', false, base::Json::error_handler_t::replace));
  return EXIT_SUCCESS;
}

}  // namespace runproof
