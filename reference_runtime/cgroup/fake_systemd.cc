#include "reference_runtime/cgroup/fake_systemd.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "base/file.h"
#include "base/unique_fd.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/systemd_scope.h"

struct sd_bus;
struct sd_bus_message;

namespace refrun {
namespace {

constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kObject = "/org/freedesktop/systemd1";
constexpr const char* kJob = "/org/freedesktop/systemd1/job/7";

void* g_library = nullptr;

/// Calls a function of libsystemd by name.
template <typename... Arguments>
int sd(const char* name, Arguments... arguments) {
  const auto function = reinterpret_cast<int (*)(Arguments...)>(::dlsym(g_library, name));
  return function == nullptr ? -1 : function(arguments...);
}
/// The same for those with C's variable arguments.
template <typename... Arguments>
int sd_variadic(const char* name, sd_bus_message* message, const char* types, Arguments... arguments) {
  const auto function = reinterpret_cast<int (*)(sd_bus_message*, const char*, ...)>(::dlsym(g_library, name));
  return function == nullptr ? -1 : function(message, types, arguments...);
}

struct Manager {
  sd_bus* bus = nullptr;
  std::string root;
  std::string log_path;

  void note(const std::string& line) const {
    const base::UniqueFd file(::open(log_path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    base::write_all(file.get(), line + "\n");
  }

  void finish_job(const char* unit, const char* result) const {
    const auto emit = reinterpret_cast<int (*)(sd_bus*, const char*, const char*, const char*, const char*, ...)>(
        ::dlsym(g_library, "sd_bus_emit_signal"));
    emit(bus, kObject, kManager, "JobRemoved", "uoss", std::uint32_t{7}, kJob, unit, result);
  }

  void start(sd_bus_message* message) const {
    const char* unit = nullptr;
    const char* mode = nullptr;
    sd_variadic("sd_bus_message_read", message, "ss", &unit, &mode);
    std::string names;
    std::string slice;
    std::uint32_t pid = 0;
    sd("sd_bus_message_enter_container", message, 'a', "(sv)");
    while (sd("sd_bus_message_enter_container", message, 'r', "sv") > 0) {
      const char* name = nullptr;
      const char* text = nullptr;
      sd_variadic("sd_bus_message_read", message, "s", &name);
      names += (names.empty() ? "" : ",") + std::string(name);
      if (std::string_view(name) == "PIDs") {
        sd_variadic("sd_bus_message_read", message, "v", "au", 1, &pid);
      } else if (std::string_view(name) == "Slice") {
        sd_variadic("sd_bus_message_read", message, "v", "s", &text);
        slice = text;
      } else {
        sd("sd_bus_message_skip", message, "v");
      }
      sd("sd_bus_message_exit_container", message);
    }
    note("StartTransientUnit " + std::string(unit) + " " + mode + " " + names);
    if (std::string_view(unit).find("refused") != std::string_view::npos) {
      sd_error(message);
      return;
    }
    const bool fails = std::string_view(unit).find("failing") != std::string_view::npos;
    if (!fails) {
      const std::string above = root + slice_path(slice);
      ::mkdir(above.c_str(), 0755);
      ::mkdir((above + "/" + unit).c_str(), 0755);
      if (try_write_control(above + "/" + unit, "cgroup.procs", std::to_string(pid)) != 0)
        note("cannot move the process");
    }
    sd_variadic("sd_bus_reply_method_return", message, "o", kJob);
    finish_job(unit, fails ? "failed" : "done");
  }

  static void sd_error(sd_bus_message* message) {
    const auto reply = reinterpret_cast<int (*)(sd_bus_message*, const char*, const char*, ...)>(
        ::dlsym(g_library, "sd_bus_reply_method_errorf"));
    reply(message, "org.freedesktop.systemd1.UnitExists", "Unit was already loaded");
  }

  void stop(sd_bus_message* message) const {
    const char* unit = nullptr;
    const char* mode = nullptr;
    sd_variadic("sd_bus_message_read", message, "ss", &unit, &mode);
    note("StopUnit " + std::string(unit));
    sd_variadic("sd_bus_reply_method_return", message, "o", kJob);
    finish_job(unit, "done");
  }

  void set(sd_bus_message* message) const {
    const char* unit = nullptr;
    int runtime = 0;
    sd_variadic("sd_bus_message_read", message, "sb", &unit, &runtime);
    note("SetUnitProperties " + std::string(unit));
    sd_variadic("sd_bus_reply_method_return", message, "");
  }
};

int on_message(sd_bus_message* message, void* data, void* /*error*/) {
  const auto& manager = *static_cast<const Manager*>(data);
  const auto is = [&](const char* method) {
    return sd("sd_bus_message_is_method_call", message, kManager, method) > 0;
  };
  if (is("StartTransientUnit")) return manager.start(message), 1;
  if (is("StopUnit")) return manager.stop(message), 1;
  if (is("SetUnitProperties")) return manager.set(message), 1;
  return 0;
}

[[noreturn]] void serve(Manager manager, int ready) {
  sd("sd_bus_open_system", &manager.bus);
  sd("sd_bus_add_filter", manager.bus, static_cast<void*>(nullptr), on_message, &manager);
  sd("sd_bus_request_name", manager.bus, "org.freedesktop.systemd1", std::uint64_t{0});
  (void)!::write(ready, "x", 1);
  for (;;) {
    const int processed = sd("sd_bus_process", manager.bus, static_cast<sd_bus_message**>(nullptr));
    if (processed < 0) ::_exit(1);
    if (processed == 0) sd("sd_bus_wait", manager.bus, UINT64_MAX);
  }
}

}  // namespace

FakeSystemd::FakeSystemd(const std::string& root)
    : log_path_("/tmp/refrun-fake-systemd-" + std::to_string(::getpid())) {
  g_library = ::dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (g_library == nullptr) throw std::runtime_error("no libsystemd.so.0");
  base::FdPair address = base::make_pipe();
  // Abstract: there is no socket in /tmp that would stay behind.
  const std::string listen = "--address=unix:abstract=refrun-fake-systemd-" + std::to_string(::getpid());
  bus_ = ::fork();
  if (bus_ == 0) {
    ::dup2(address.second.get(), STDOUT_FILENO);
    ::execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", listen.c_str(),
             nullptr);
    ::_exit(127);
  }
  address.second.reset();
  std::string text;
  char byte = 0;
  while (::read(address.first.get(), &byte, 1) == 1 && byte != '\n') text += byte;
  if (text.empty()) throw std::runtime_error("no dbus-daemon");
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", text.c_str(), 1);

  base::FdPair ready = base::make_pipe();
  manager_ = ::fork();
  if (manager_ == 0) serve({.root = root, .log_path = log_path_}, ready.second.get());
  ready.second.reset();
  if (::read(ready.first.get(), &byte, 1) != 1) throw std::runtime_error("the fake systemd does not start");
}

FakeSystemd::~FakeSystemd() {
  for (const pid_t pid : {manager_, bus_}) {
    if (pid <= 0) continue;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
  ::unlink(log_path_.c_str());
}

std::string FakeSystemd::log() const { return base::read_file_if_there(log_path_).value_or(""); }

}  // namespace refrun
