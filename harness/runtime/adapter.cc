#include "harness/runtime/adapter.h"

#include <array>

#include "base/text.h"
#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

void flag(Argv& argv, bool wanted, std::string_view name) {
  if (wanted) argv.emplace_back(name);
}

void option(Argv& argv, std::string_view name, const std::string& value) {
  if (value.empty()) return;
  argv.emplace_back(name);
  argv.push_back(value);
}

void append(Argv& argv, const Argv& more) { argv.insert(argv.end(), more.begin(), more.end()); }

void add_create_options(Argv& argv, const CreateOptions& options) {
  option(argv, "--bundle", options.bundle.value_or(""));
  option(argv, "--pid-file", options.pid_file.value_or(""));
  option(argv, "--console-socket", options.console_socket.string());
  option(argv, "--preserve-fds", options.preserve_fds > 0 ? std::to_string(options.preserve_fds) : "");
  flag(argv, options.no_pivot, "--no-pivot");
  flag(argv, options.no_new_keyring, "--no-new-keyring");
  append(argv, options.extra);
}

}  // namespace

std::string Adapter::version(std::string_view version_text) const {
  const auto lines = base::split(version_text, '\n');
  for (std::string_view word : lines.empty() ? std::vector<std::string_view>{} : base::words(lines.front())) {
    if (word.starts_with('v') && word.size() > 1) word.remove_prefix(1);
    if (word.front() >= '0' && word.front() <= '9') return std::string{word.substr(0, word.find_first_of("+,;"))};
  }
  return "";
}

std::optional<std::string> Adapter::lacks(std::string_view, std::string_view) const { return std::nullopt; }

Argv Adapter::globals(const GlobalOptions& options) const {
  Argv argv;
  option(argv, "--root", options.root.string());
  option(argv, "--log", options.log.string());
  if (!options.log.empty()) option(argv, "--log-format", options.log_format);
  flag(argv, options.debug, "--debug");
  flag(argv, options.systemd_cgroup, "--systemd-cgroup");
  append(argv, options.extra);
  return argv;
}

Argv Adapter::create(std::string_view id, const CreateOptions& options) const {
  Argv argv = {"create"};
  add_create_options(argv, options);
  argv.emplace_back(id);
  return argv;
}

Argv Adapter::run(std::string_view id, const CreateOptions& options) const {
  Argv argv = {"run"};
  flag(argv, options.detach, "--detach");
  flag(argv, options.keep, "--keep");
  flag(argv, options.no_subreaper, "--no-subreaper");
  add_create_options(argv, options);
  argv.emplace_back(id);
  return argv;
}

Argv Adapter::start(std::string_view id) const { return {"start", std::string{id}}; }
Argv Adapter::state(std::string_view id) const { return {"state", std::string{id}}; }

Argv Adapter::kill(std::string_view id, std::string_view signal, KillOptions options) const {
  Argv argv = {"kill"};
  flag(argv, options.all, "--all");
  argv.emplace_back(id);
  if (!signal.empty()) argv.emplace_back(signal);
  return argv;
}

Argv Adapter::remove(std::string_view id, DeleteOptions options) const {
  Argv argv = {"delete"};
  flag(argv, options.force, "--force");
  flag(argv, options.regex, "--regex");
  argv.emplace_back(id);
  return argv;
}

Argv Adapter::pause(std::string_view id) const { return {"pause", std::string{id}}; }
Argv Adapter::resume(std::string_view id) const { return {"resume", std::string{id}}; }

Argv Adapter::exec(std::string_view id, const Argv& args, const ExecOptions& options) const {
  Argv argv = {"exec"};
  flag(argv, options.detach, "--detach");
  flag(argv, options.ignore_paused, "--ignore-paused");
  option(argv, "--pid-file", options.pid_file);
  option(argv, "--process", options.process.string());
  option(argv, "--console-socket", options.console_socket.string());
  option(argv, "--cwd", options.cwd);
  option(argv, "--user", options.user);
  for (const std::string& variable : options.env) option(argv, "--env", variable);
  option(argv, "--preserve-fds", options.preserve_fds > 0 ? std::to_string(options.preserve_fds) : "");
  append(argv, options.extra);
  argv.emplace_back(id);
  append(argv, args);
  return argv;
}

Argv Adapter::update(std::string_view id, std::string_view resources) const {
  return {"update", "--resources", std::string{resources}, std::string{id}};
}

Argv Adapter::ps(std::string_view id) const { return {"ps", "--format", "json", std::string{id}}; }
Argv Adapter::list() const { return {"list", "--format", "json"}; }
Argv Adapter::events(std::string_view id) const { return {"events", "--stats", std::string{id}}; }
Argv Adapter::features() const { return {"features"}; }

bool older_than(std::string_view version, int major, int minor, int patch) {
  std::array<long long, 3> parts{};
  std::size_t i = 0;
  for (std::string_view part : base::split(version.substr(0, version.find('-')), '.')) {
    if (i < parts.size()) parts.at(i++) = base::to_number(part).value_or(0);
  }
  return i > 0 && parts < std::array<long long, 3>{major, minor, patch};
}

std::span<const Adapter* const> adapters() {
  static const std::array<const Adapter*, 6> all = {&runc_adapter(),  &crun_adapter(),   &youki_adapter(),
                                                    &runsc_adapter(), &refrun_adapter(), &generic_adapter()};
  return all;
}

const Adapter* find_adapter(std::string_view name) {
  for (const Adapter* adapter : adapters()) {
    if (adapter->name() == name) return adapter;
  }
  return nullptr;
}

const Adapter& adapter_for(std::string_view version_text) {
  for (const Adapter* adapter : adapters()) {
    if (adapter->recognises(version_text)) return *adapter;
  }
  return generic_adapter();
}

}  // namespace runproof
