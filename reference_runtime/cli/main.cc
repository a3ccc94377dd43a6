#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>
#include <vector>

#include "base/sanitizer.h"
#include "base/sys_error.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/config/version.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/sys/own_program.h"
#include "reference_runtime/sys/privileges.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr Verb kVerbs[] = {
    {"create", "Create a container from a bundle", add_create, /*makes_init=*/true},
    {"start", "Run the program of a created container", add_start},
    {"run", "Create and start a container, wait for its end and delete it", add_run, /*makes_init=*/true},
    {"exec", "Run one more program in a container", add_exec, /*makes_init=*/true},
    {"state", "Print the state of a container as JSON", add_state},
    {"kill", "Send a signal to a container; KILL waits until all of it is gone", add_kill},
    {"delete", "Delete a stopped container", add_delete},
    {"pause", "Freeze every process of a container", add_pause},
    {"resume", "Let a paused container go on", add_resume},
    {"ps", "Print the processes of a container", add_ps},
    {"update", "Change the resource limits of a container", add_update},
    {"events", "Print statistics and out-of-memory events of a container", add_events},
    {"list", "List containers", add_list},
    {"spec", "Write a config.json to begin with", add_spec},
    {"features", "Print what this runtime supports as JSON", add_features},
    {"checkpoint", "Write a running container to images, by CRIU", add_checkpoint},
    {"restore", "Create a container from such images, and let it go on", add_restore},
    {"wasm-host", "Run the Wasm modules of several bundles in this process", add_wasm_host},
};

/// The state root when --root is not given. A user (or a user namespace's root) has a runtime directory of its own.
std::string default_root() {
  const char* runtime_dir = std::getenv("XDG_RUNTIME_DIR");
  const bool own = runtime_dir != nullptr && *runtime_dir != '\0';
  if (own && (::geteuid() != 0 || !own_privileges().initial_user_namespace)) {
    return std::string(runtime_dir) + "/refrun";
  }
  return "/run/refrun";
}

/// The verb of this command line: the first word that is neither an option nor an option's value. Only its options are
/// built: a runtime is started often, and used once.
const Verb* find_verb(const std::vector<std::string>& args) {
  bool value_follows = false;
  for (const std::string& arg : args) {
    if (value_follows) {
      value_follows = false;
      continue;
    }
    value_follows = arg == "--root" || arg == "--log" || arg == "--log-format";
    if (value_follows || arg.starts_with('-')) continue;
    for (const Verb& verb : kVerbs) {
      if (arg == verb.name) return &verb;
    }
    return nullptr;
  }
  return nullptr;
}

void add_verb(CLI::App& app, const Verb& verb, Context& context) {
  CLI::App* sub = app.add_subcommand(verb.name, verb.help);
  verb.add(*sub, context);
}

std::string version_text() { return fmt::format("refrun version {}\nspec: {}", RUNPROOF_VERSION, kSpecVersion); }

#ifdef REFRUN_SABOTAGE
void add_faults(CLI::App& app, Context& context) {
  app.add_subcommand("faults", "Print the names that REFRUN_SABOTAGE knows")->callback([&context] {
    context.action = [] {
      fmt::print("{}\n", list_faults().dump(1));
      return 0;
    };
  });
}
#endif

/// SysError's text has strerror's capital letter; callers look for "no such file or directory".
std::string message_of(const std::exception& e) {
  if (const auto* error = dynamic_cast<const base::SysError*>(&e)) {
    std::string text = error->what();
    const std::string tail = error->code().message();
    if (text.ends_with(tail)) text.resize(text.size() - tail.size());
    return text + error_text(error->error());
  }
  return e.what();
}

/// Without destructors: of what they would free the kernel makes shorter work.
int leave(int code) {
  if (base::kAddressSanitizer) return code;  // it looks for leaks at exit
  std::fflush(nullptr);
  ::_exit(code);
}

int run(int argc, char** argv) {
  Context context;
  context.root = "";
  try {
    read_sabotage();
    adopt_sealed_program();
    const std::vector<std::string> args(argv + 1, argv + argc);
    const Verb* verb = find_verb(args);
    if (verb != nullptr && verb->makes_init) run_from_sealed_program(argv);
    CLI::App app("refrun: the reference OCI runtime of Runproof", "refrun");
    app.set_version_flag("--version,-v", version_text());
    app.require_subcommand(1);
    std::string log_path;
    std::string log_format = "text";
    bool debug = false;
    int report_fd = -1;
    app.add_option("--root", context.root, "Directory of the containers' states");
    app.add_option("--log", log_path, "File to log to, instead of stderr");
    app.add_option("--log-format", log_format, "text or json")->check(CLI::IsMember({"text", "json"}));
    app.add_flag("--debug", debug, "Log more");
    app.add_option("--report-fd", report_fd, "Socket to tell librefrun over")->group("");
    app.add_flag("--systemd-cgroup", context.systemd_cgroup, "cgroupsPath is slice:prefix:name, made by systemd");
    if (verb != nullptr) {
      add_verb(app, *verb, context);
    } else {
      for (const Verb& each : kVerbs) add_verb(app, each, context);
#ifdef REFRUN_SABOTAGE
      add_faults(app, context);
#endif
    }
    try {
      app.parse(argc, argv);
    } catch (const CLI::Success& e) {
      return app.exit(e);  // --help, --version
    } catch (const CLI::ParseError& e) {
      if (fault("missing_id_accepted")) return 0;
      context.log.configure(log_path, log_format == "json" ? LogFormat::json : LogFormat::text, debug);
      throw std::runtime_error(e.what());
    }
    context.log.configure(log_path, log_format == "json" ? LogFormat::json : LogFormat::text, debug);
    context.log.report_to(report_fd);
    context.root_given = !context.root.empty();
    if (!context.root_given) context.root = default_root();
    const int code = context.action();
    context.log.finish();
    return leave(code);
  } catch (const std::exception& e) {
    context.log.error(message_of(e));
    if (fault("create_dies_by_signal")) std::abort();
    return fault("create_failure_exits_zero") ? 0 : context.failure_code;
  }
}

}  // namespace
}  // namespace refrun

int main(int argc, char** argv) { return refrun::run(argc, argv); }
