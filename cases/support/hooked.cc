#include "cases/support/hooked.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/sys_error.h"
#include "harness/observe/namespaces.h"

namespace runproof {
namespace {

/// A folder that no host has: what a runtime runs outside by mistake writes nothing there.
constexpr const char* kFolder = "rp-hooks";
constexpr const char* kLogName = "rp-hooks/log";
constexpr const char* kProgram = "program";

}  // namespace

Hooked::Hooked(const Bundle& bundle)
    : config(Config::minimal({"/probe", "hook", "--no-stdin", std::string("/") + kLogName, kProgram})),
      bundle_(bundle) {
  const std::filesystem::path folder = bundle.file(kFolder);
  std::filesystem::create_directory(folder);
  std::filesystem::permissions(folder, std::filesystem::perms::all);
}

Hooked& Hooked::hook(HookKind kind, const std::string& name, const std::vector<std::string>& options,
                     const std::vector<std::string>& verbs) {
  config.hook(kind, entry(kind, name, options, verbs));
  return *this;
}

Json Hooked::entry(HookKind kind, const std::string& name, const std::vector<std::string>& options,
                   const std::vector<std::string>& verbs) const {
  // Before pivot_root the bundle's files have the host's names, also for hooks in the container's namespaces.
  const bool inside = kind == HookKind::start_container;
  const std::string log = inside ? std::string("/") + kLogName : this->log();
  std::vector<std::string> args = {"probe", "hook"};
  args.insert(args.end(), options.begin(), options.end());
  args.insert(args.end(), {log, name});
  args.insert(args.end(), verbs.begin(), verbs.end());
  return {{"path", inside ? "/probe" : bundle_.file("probe").string()}, {"args", args}};
}

Hooked& Hooked::program_stays() {
  config.args({"/probe", "hook", "--no-stdin", "--hang", std::string("/") + kLogName, kProgram});
  return *this;
}

std::string Hooked::log() const { return bundle_.file(kLogName).string(); }

std::vector<HookRun> Hooked::runs() const { return read_hook_log(log()); }

std::vector<std::string> Hooked::names() const {
  std::vector<std::string> names;
  for (const HookRun& run : runs()) names.push_back(run.name);
  return names;
}

std::vector<std::string> Hooked::hook_names() const {
  std::vector<std::string> hooks = names();
  std::erase(hooks, kProgram);
  return hooks;
}

HookRun Hooked::run(std::string_view name) const {
  const std::vector<HookRun> all = runs();
  const auto found = std::find_if(all.begin(), all.end(), [&](const HookRun& run) { return run.name == name; });
  if (found == all.end()) throw CaseFailed("the hook " + std::string(name) + " has not run");
  return *found;
}

Answer reach(Container& box, HookKind kind) {
  Answer created = box.create();
  if (kind < HookKind::start_container || !created.ok()) return created;
  Answer started = box.start();
  if (kind == HookKind::start_container && started.ok()) box.await_init_death();
  if (kind < HookKind::poststop || !started.ok()) return started;
  box.await(Status::stopped);
  return box.remove();
}

void start_past_gate(Container& box, Channel& gate, std::string_view name) {
  constexpr std::chrono::milliseconds kMoment{50};
  Running starting = box.beside({"start", box.id()});
  Peer hook = gate.accept(name, context().within(kStep));
  const std::optional<Finished> early = starting.wait(context().within(kMoment));
  hook.tell({"go"});
  const Finished finished = early ? *early : starting.finish(context().within(kStep));
  EXPECT_TRUE(finished.ok()) << finished;
}

Json namespaces_json(pid_t pid) {
  Json all = Json::object();
  for (const auto& [name, id] : namespaces_of(pid)) all[name] = id.inode;
  return all;
}

Json namespaces_of_hook(const HookRun& run) {
  Json all = run.record.at("ns");
  for (const char* name : {"pid_for_children", "time_for_children"}) all.erase(name);
  return all;
}

Json identity_of(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw base::SysError("stat " + path.string());
  return {{"dev", info.st_dev}, {"ino", info.st_ino}};
}

testing::Matcher<const Json&> IsStateOf(const Container& box, const std::string& status) {
  const auto is_text = testing::ResultOf(
      "a non-empty text", [](const Json& value) { return value.is_string() && value != ""; }, testing::IsTrue());
  return testing::AllOf(Field("ociVersion", testing::Matcher<const Json&>(is_text)), Field("id", box.id()),
                        Field("bundle", box.bundle().path().string()), Field("status", status));
}

}  // namespace runproof
