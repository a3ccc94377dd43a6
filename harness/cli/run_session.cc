#include "harness/cli/run_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "harness/bundle/bundle.h"
#include "harness/run/dead_runs.h"
#include "harness/run/sweep.h"

namespace runproof {
namespace {

/// In memory where nobody says otherwise; what is to be kept outlives a reboot.
std::filesystem::path scratch_base(const Environment& environment, bool keep) {
  return environment.temporary_given || keep ? environment.temporary : Stage::fastest_parent();
}

void sweep_the_dead(const Environment& environment) {
  for (const DeadRun& dead : sweep_dead_runs(scratch_bases(environment), Search::quick, Kept::leave)) {
    fmt::print(stderr, "runproof: removed what a killed run ({}) had left: {} things\n", dead.run.text(),
               dead.removed.size());
  }
}

}  // namespace

std::vector<std::filesystem::path> scratch_bases(const Environment& environment) {
  std::vector<std::filesystem::path> bases = {environment.temporary};
  for (auto& other : {std::filesystem::path("/tmp"), Stage::fastest_parent()}) {
    if (std::ranges::find(bases, other) == bases.end()) bases.push_back(other);
  }
  return bases;
}

RunSession::RunSession(Context context, const Environment& environment) : context_(std::move(context)) {
  sweep_the_dead(environment);
  context_.facts = facts();
  context_.stage = run_directory(scratch_base(environment, context_.keep), run_);
  context_.probe = Stage::built_probe();
  context_.run_id = run_.text();
  std::filesystem::create_directory(context_.stage);
  if (context_.keep) mark_kept(context_.stage);
  static_cast<void>(Stage(context_.stage, context_.probe));
}

RunSession::~RunSession() {
  Traces traces{.prefix = run_.prefix()};
  if (!context_.keep) traces.directories.push_back(context_.stage);
  for (const Leftover& left : sweep(traces, Patience::none)) {
    fmt::print(stderr, "runproof: left at the end of the run and removed: {} {}\n", left.kind, left.what);
  }
}

RunSetup RunSession::setup() const {
  return {.context = context_,
          .directory = context_.stage,
          .jobs = static_cast<std::size_t>(std::max(context_.facts.cpus, 1))};
}

}  // namespace runproof
