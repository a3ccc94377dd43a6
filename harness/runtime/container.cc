#include "harness/runtime/container.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "base/file.h"
#include "base/text.h"
#include "harness/bundle/cgroup_home.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/runtime/footprint.h"
#include "harness/runtime/invoke.h"
#include "harness/spawn/reaper.h"

namespace runproof {

namespace fs = std::filesystem;

struct Container::State {
  const Bundle* bundle = nullptr;
  std::string id;
  GlobalOptions globals;
  bool attempted = false;        ///< create or run was called: there may be something to remove
  bool made = false;             ///< it is there as far as we know: create succeeded, and no delete since
  bool delete_expected = false;  ///< expect_nothing_left
  Caller caller;
  std::optional<Mortal> init;
  pid_t pid = 0;
  bool stranger = false;  ///< pid is no descendant of ours: whatever it is, it is not a container's init
  std::vector<Cgroup> cgroups;

  [[nodiscard]] fs::path file(std::string_view suffix) const {
    return context().scratch / (bundle->name() + std::string{suffix});
  }

  [[nodiscard]] Places places() const {
    Places places{.root = globals.root,
                  .mounts = {bundle->path(), globals.root},
                  .cgroups = {own_cgroup(bundle->name())},
                  .children = true};
    places.groups = cgroups;
    return places;
  }
  /// What bears this container's name, without its neighbours in the same state directory.
  [[nodiscard]] Places own_places() const {
    Places own = places();
    own.id = id;
    own.children = false;
    own.mounts = {bundle->path(), globals.root / id};
    return own;
  }

  Answer call(const Argv& words, InvokeOptions options = {}) const {
    options.caller = caller;
    return invoke(globals, words, places(), options);
  }

  /// The runtime's stdio becomes init's, so it goes to files.
  Answer call_with_own_output(const Argv& words, const fs::path& cwd) {
    const bool was_there = has_state();
    const base::UniqueFd out = base::open_file(file(".out"), O_WRONLY | O_CREAT | O_APPEND);
    const base::UniqueFd err = base::open_file(file(".err"), O_WRONLY | O_CREAT | O_APPEND);
    const auto old_err = fs::file_size(file(".err"));
    const auto old_out = fs::file_size(file(".out"));
    // What was there before a refused create belongs to another container of this name.
    attempted = attempted || !was_there;
    Answer answer = call(words, {.stdout_fd = out.get(), .stderr_fd = err.get(), .cwd = cwd, .record = Record::no});
    answer.out = base::read_file(file(".out")).substr(old_out);
    answer.err = base::read_file(file(".err")).substr(old_err);
    evidence().add(answer);
    attempted = attempted || answer.ok();
    return answer;
  }

  [[nodiscard]] bool has_state() const { return !states_in({.root = globals.root, .id = id}).empty(); }

  /// In the pid file, or by a runtime that writes none in its state; 0: nowhere.
  [[nodiscard]] long long told_pid() const {
    const auto text = base::read_file_if_there(file(".pid"));
    if (const auto number = base::to_number(base::trim(text.value_or("")))) return *number;
    const Answer answer = call(context().runtime.adapter->state(id), {.record = Record::no});
    const base::Json state = base::Json::parse(answer.out, nullptr, /*allow_exceptions=*/false);
    return state.is_object() && state.contains("pid") && state["pid"].is_number_integer()
               ? state["pid"].get<long long>()
               : 0;
  }

  [[nodiscard]] static bool descends_from_us(std::optional<ProcessStat> stat) {
    const pid_t self = getpid();
    while (stat && stat->ppid > 0 && stat->ppid != self) stat = proc_stat(stat->ppid);
    return stat && stat->ppid == self;
  }

  /// Takes note of init as soon as there is one. Where it has ended already there is nothing to watch. We are a
  /// subreaper, so init descends from us; any other process is none of ours to watch, to signal or to clean up after.
  void notice_init() {
    const long long told = told_pid();
    if (told <= 0) return;
    pid = static_cast<pid_t>(told);
    const auto stat = proc_stat(pid);
    stranger = stat && !descends_from_us(stat);
    if (stranger) return;
    Reaper::instance().adopt(pid);
    init = Mortal::watch(pid);
    if (!init) return;
    const auto ours = cgroups_of(getpid());
    auto theirs = cgroups_of(pid);
    if (!init->alive()) return;  // of the dead the kernel says that they are in the root groups, as everybody is
    for (Cgroup& group : theirs) {
      const bool shared =
          std::ranges::any_of(ours, [&](const Cgroup& own) { return own.dir.native() == group.dir.native(); });
      if (!shared) cgroups.push_back(std::move(group));
    }
  }

  CreateOptions filled(CreateOptions options) const {
    if (!options.bundle) options.bundle = bundle->path().string();
    if (!options.pid_file) options.pid_file = file(".pid").string();
    return options;
  }

  void release() noexcept;
  void end_init() const;
  [[nodiscard]] bool is_dying() const;
};

namespace {

const Adapter& dialect() { return *context().runtime.adapter; }

std::string lines(const std::vector<Diagnosis>& survivors) {
  std::string text;
  for (const Diagnosis& one : survivors) text += "\n  " + one.text();
  return text;
}

[[noreturn]] void fail_with(std::string_view what, const Answer& answer) {
  std::ostringstream text;
  text << what << "\n  " << answer;
  if (answer.ok()) text << "\n  stdout: " << answer.out;
  throw CaseFailed(text.str());
}

}  // namespace

Container::Container(const Bundle& bundle, std::string id, GlobalOptions globals) : state_(std::make_unique<State>()) {
  state_->bundle = &bundle;
  state_->id = std::move(id);
  state_->globals = std::move(globals);
  state_->globals.systemd_cgroup = state_->globals.systemd_cgroup || wants_systemd(bundle.path());
}
Container::Container(Container&& other) noexcept = default;
Container& Container::operator=(Container&& other) noexcept {
  if (this != &other) {
    if (state_) state_->release();
    state_ = std::move(other.state_);
  }
  return *this;
}
Container::~Container() {
  if (state_) state_->release();
}

const std::string& Container::id() const { return state_->id; }
const Bundle& Container::bundle() const { return *state_->bundle; }
GlobalOptions& Container::globals() { return state_->globals; }
Caller& Container::caller() { return state_->caller; }
fs::path Container::pid_file() const { return state_->file(".pid"); }

Argv Container::create_words(const CreateOptions& options) const {
  return dialect().create(state_->id, state_->filled(options));
}
Argv Container::run_words(const CreateOptions& options) const {
  return dialect().run(state_->id, state_->filled(options));
}

Answer Container::create(const CreateOptions& options) {
  Answer answer = state_->call_with_own_output(create_words(options), options.cwd);
  state_->made = state_->made || answer.ok();
  if (answer.ok() && !options.pid_file) state_->notice_init();
  return answer;
}

Answer Container::run(const CreateOptions& options) {
  Answer answer = state_->call_with_own_output(run_words(options), options.cwd);
  state_->made = state_->made || (answer.ok() && (options.detach || options.keep));
  if (answer.ok() && options.detach && !options.pid_file) state_->notice_init();
  return answer;
}

Answer Container::start() { return call(dialect().start(id())); }
Answer Container::state() const { return call(dialect().state(id())); }
Answer Container::kill(int signal, KillOptions options) { return kill(std::to_string(signal), options); }
Answer Container::kill(std::string_view signal, KillOptions options) {
  return call(dialect().kill(id(), signal, options));
}
Answer Container::remove(DeleteOptions options) {
  Answer answer = call(dialect().remove(id(), options));
  if (answer.ok()) state_->made = false;
  return answer;
}
Answer Container::pause() { return call(dialect().pause(id())); }
Answer Container::resume() { return call(dialect().resume(id())); }
Answer Container::exec(const Argv& args, const ExecOptions& options) {
  return call(dialect().exec(id(), args, options));
}
Answer Container::update(const base::Json& resources) { return call(dialect().update(id(), "-"), resources.dump()); }
Answer Container::ps() { return call(dialect().ps(id())); }

Answer Container::call(const Argv& words, std::string stdin_text) const {
  return state_->call(words, {.stdin_text = std::move(stdin_text)});
}

Running Container::beside(const Argv& words) { return Running(command_for(state_->globals, words, state_->caller)); }

Running Container::run_beside(const CreateOptions& options) {
  state_->attempted = true;
  const base::UniqueFd out = base::open_file(state_->file(".out"), O_WRONLY | O_CREAT | O_APPEND);
  const base::UniqueFd err = base::open_file(state_->file(".err"), O_WRONLY | O_CREAT | O_APPEND);
  Command command = command_for(state_->globals, run_words(options), state_->caller);
  command.stdout_fd = out.get();
  command.stderr_fd = err.get();
  return Running(command);
}

base::Json Container::state_json() const {
  const Answer answer = state();
  if (!answer.ok()) fail_with("state of container " + id() + " was refused", answer);
  try {
    base::Json json = base::parse_json(answer.out);
    if (json.is_object()) return json;
  } catch (const base::JsonError& error) {
    fail_with("state of container " + id() + " is no JSON: " + error.what(), answer);
  }
  fail_with("state of container " + id() + " is no JSON object", answer);
}

Status Container::status() const {
  const base::Json json = state_json();
  const auto word = json.contains("status") && json["status"].is_string() ? json["status"].get<std::string>() : "";
  const auto status = status_from(word);
  if (!status) throw CaseFailed("state of container " + id() + " has no known status: " + json.dump());
  return *status;
}

bool Container::known() const { return state().ok(); }

pid_t Container::pid() const {
  if (state_->pid == 0)
    throw CaseFailed("container " + id() + " has no init that we know: no pid in " + pid_file().string() +
                     ", and none in its state");
  return state_->pid;
}

const Mortal& Container::init() const {
  if (state_->stranger) {
    throw CaseFailed("the runtime names process " + std::to_string(state_->pid) + " as the init of container " + id() +
                     ", and that process does not descend from the runtime");
  }
  if (!state_->init) throw CaseFailed("the init of container " + id() + " had ended before it could be watched");
  return *state_->init;
}

const std::vector<Cgroup>& Container::cgroups() const { return state_->cgroups; }

std::vector<Mortal> Container::members() const {
  std::vector<pid_t> pids;
  for (const Cgroup& group : state_->cgroups) {
    for (const pid_t pid : group.procs_below()) pids.push_back(pid);
  }
  std::ranges::sort(pids);
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  std::vector<Mortal> mortals;
  for (const pid_t pid : pids) {
    if (auto mortal = Mortal::watch(pid)) mortals.push_back(std::move(*mortal));
  }
  return mortals;
}

void Container::await_init_death(std::chrono::milliseconds span) {
  if (!state_->init && !state_->stranger) return;
  const auto survivors = await_all_dead({&init(), 1}, context().within(span), context().wait);
  if (survivors.empty()) return;
  for (const Diagnosis& one : survivors) evidence().diagnosis.push_back(one);
  throw CaseFailed("the init of container " + id() + " is still there after " + std::to_string(span.count()) + " ms" +
                   lines(survivors));
}

void Container::await(Status wanted, std::chrono::milliseconds span) {
  if (wanted == Status::stopped) await_init_death(span);
  const Status now = status();
  if (now == wanted) return;
  throw CaseFailed("container " + id() + " should be " + std::string{to_text(wanted)} + ", state says " +
                   std::string{to_text(now)} + (wanted == Status::stopped ? " although its init is dead" : ""));
}

std::string Container::out() const { return base::read_file_if_there(state_->file(".out")).value_or(""); }
std::string Container::err() const { return base::read_file_if_there(state_->file(".err")).value_or(""); }

std::vector<Leftover> Container::traces() const { return take_footprint(state_->own_places()).things; }
Places Container::places() const { return state_->places(); }

void Container::adopt() {
  state_->attempted = true;
  state_->made = true;
  state_->notice_init();
}

void Container::expect_nothing_left() { state_->delete_expected = true; }

std::ostream& operator<<(std::ostream& stream, const Container& container) {
  return stream << "container " << container.id();
}

/// A container with a PID namespace of its own dies with its init; any other one is the runtime's to kill.
void Container::State::end_init() const {
  if (!init || !init->alive()) return;
  if (namespace_of(pid, "pid") == namespace_of(getpid(), "pid")) {
    (void)call(dialect().kill(id, "KILL", {}), {.record = Record::no});
  }
  init->signal(SIGKILL);
  (void)init->await_death(context().within(kStep));
}

/// On its way, and it gets there.
bool Container::State::is_dying() const {
  return init->doomed() && init->await_death(context().within(std::chrono::seconds{2}));
}

void Container::State::release() noexcept {
  if (!attempted) return;
  attempted = false;
  try {
    if (!delete_expected && (made || has_state())) {
      end_init();
      (void)call(dialect().remove(id, {.force = true}), {.record = Record::on_failure});
    }
    if (init && init->alive() && !is_dying()) {
      evidence().add({"process", init->diagnose().text()});
      init->signal(SIGKILL);
      (void)init->await_death(context().within(kStep));
    }
    for (Leftover& thing : clean_up(own_places(), context().within(kStep))) evidence().add(std::move(thing));
  } catch (const std::exception& error) {
    evidence().add({"file", "container " + id + ": clean-up stopped: " + error.what()});
  }
}

}  // namespace runproof
