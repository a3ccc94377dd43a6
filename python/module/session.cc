#include "python/module/session.h"

#include <atomic>
#include <iterator>
#include <mutex>

#include "harness/bundle/remove_tree.h"
#include "harness/run/dead_runs.h"
#include "harness/run/run_id.h"
#include "harness/run/sweep.h"
#include "harness/spawn/reaper.h"
#include "python/module/module.h"

namespace runproof::python {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<RunDirectory> shared_directory(bool keep) {
  static std::mutex mutex;
  static std::weak_ptr<RunDirectory> current;
  const std::lock_guard lock(mutex);
  auto directory = current.lock();
  if (!directory) current = directory = std::make_shared<RunDirectory>(keep);
  return directory;
}

Context make_context(Runtime runtime, const SessionOptions& options, const fs::path& stage) {
  static std::atomic<int> sessions{0};
  const auto wait = parse_wait_strategy(options.wait);
  if (!wait) throw std::invalid_argument("a wait strategy is auto, pidfd or kill0, not " + options.wait);
  Context context;
  context.runtime = std::move(runtime);
  context.wait = *wait;
  context.stage = stage;
  context.probe = options.probe;
  context.keep = options.keep;
  context.run_id = this_run().text();
  context.number = ++sessions;
  context.deadline_scale = options.deadline_scale;
  context.scratch = stage / std::to_string(context.number);
  return context;
}

void append(auto& to, auto&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

RunDirectory::RunDirectory(bool keep)
    : path_(run_directory(keep ? fs::temp_directory_path() : Stage::fastest_parent(), this_run())), keep_(keep) {
  fs::create_directories(path_);
  if (keep_) mark_kept(path_);
}

RunDirectory::~RunDirectory() {
  if (!keep_) remove_tree(path_);
}

Session::Session(Runtime runtime, const SessionOptions& options)
    : directory_(shared_directory(options.keep)),
      context_(make_context(std::move(runtime), options, directory_->path())),
      stage_(context_.stage, context_.probe) {
  Reaper::instance().enable_for_adopted();
  fs::create_directory(context_.scratch);
  globals_.root = context_.scratch / "root";
  globals_.log = context_.scratch / "log";
}

void Session::take(Evidence&& said) {
  append(evidence_.commands, std::move(said.commands));
  append(evidence_.leftovers, std::move(said.leftovers));
  append(evidence_.diagnosis, std::move(said.diagnosis));
  evidence_.runtime_time += said.runtime_time;
}

std::vector<Leftover> Session::close() {
  if (std::exchange(closed_, true)) return {};
  for (; !owned_.empty(); owned_.pop_back()) owned_.back()();
  const py::gil_scoped_release free;
  Traces traces{.prefix = context_.prefix(), .whose = Traces::Whose::everyone};
  if (!context_.keep) traces.directories.push_back(context_.scratch);
  std::vector<Leftover> left = sweep(traces, Patience::dying);
  left.insert(left.begin(), evidence_.leftovers.begin(), evidence_.leftovers.end());
  return left;
}

}  // namespace runproof::python
