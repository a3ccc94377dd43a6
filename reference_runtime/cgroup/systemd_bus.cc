#include "reference_runtime/cgroup/systemd_bus.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cerrno>

#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"

// sd-bus(3), as far as it is used here. Declared anew so that building needs no libsystemd.
extern "C" {
struct sd_bus;
struct sd_bus_message;
struct sd_bus_slot;
struct sd_bus_error {
  const char* name;
  const char* message;
  int need_free;
};
}

namespace refrun {
namespace {

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kObject = "/org/freedesktop/systemd1";
constexpr const char* kInterface = "org.freedesktop.systemd1.Manager";

using Handler = int (*)(sd_bus_message*, void*, sd_bus_error*);

/// The functions of libsystemd.so.0.
struct Library {
  Library() {
    handle = ::dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
      throw CgroupError(fmt::format("the systemd cgroup driver needs libsystemd: {}", ::dlerror()));
    find(open_system, "sd_bus_open_system");
    find(open_user, "sd_bus_open_user");
    find(unref, "sd_bus_flush_close_unref");
    find(call, "sd_bus_call");
    find(process, "sd_bus_process");
    find(wait, "sd_bus_wait");
    find(match_signal, "sd_bus_match_signal");
    find(new_method_call, "sd_bus_message_new_method_call");
    find(append, "sd_bus_message_append");
    find(append_array, "sd_bus_message_append_array");
    find(open_container, "sd_bus_message_open_container");
    find(close_container, "sd_bus_message_close_container");
    find(read, "sd_bus_message_read");
    find(message_unref, "sd_bus_message_unref");
    find(error_free, "sd_bus_error_free");
  }

  template <typename Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    if (function == nullptr) throw CgroupError(fmt::format("libsystemd has no {}", name));
  }

  void* handle = nullptr;
  int (*open_system)(sd_bus**) = nullptr;
  int (*open_user)(sd_bus**) = nullptr;
  sd_bus* (*unref)(sd_bus*) = nullptr;
  int (*call)(sd_bus*, sd_bus_message*, std::uint64_t, sd_bus_error*, sd_bus_message**) = nullptr;
  int (*process)(sd_bus*, sd_bus_message**) = nullptr;
  int (*wait)(sd_bus*, std::uint64_t) = nullptr;
  int (*match_signal)(sd_bus*, sd_bus_slot**, const char*, const char*, const char*, const char*, Handler,
                      void*) = nullptr;
  int (*new_method_call)(sd_bus*, sd_bus_message**, const char*, const char*, const char*, const char*) = nullptr;
  int (*append)(sd_bus_message*, const char*, ...) = nullptr;
  int (*append_array)(sd_bus_message*, char, const void*, std::size_t) = nullptr;
  int (*open_container)(sd_bus_message*, char, const char*) = nullptr;
  int (*close_container)(sd_bus_message*) = nullptr;
  int (*read)(sd_bus_message*, const char*, ...) = nullptr;
  sd_bus_message* (*message_unref)(sd_bus_message*) = nullptr;
  void (*error_free)(sd_bus_error*) = nullptr;
};

const Library& library() {
  static const Library loaded;
  return loaded;
}

void check(int result, std::string_view doing) {
  if (result < 0) throw CgroupError(fmt::format("systemd: {}: {}", doing, base::errno_name(-result)));
}

struct UnrefMessage {
  void operator()(sd_bus_message* message) const { library().message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, UnrefMessage>;

/// One "(sv)".
class PropertyWriter {
 public:
  PropertyWriter(sd_bus_message* message, const std::string& name) : message_(message), name_(name) {}

  void operator()(const std::string& text) const {
    check(library().append(message_, "(sv)", name_.c_str(), "s", text.c_str()), name_);
  }
  void operator()(bool flag) const {
    check(library().append(message_, "(sv)", name_.c_str(), "b", flag ? 1 : 0), name_);
  }
  void operator()(std::uint64_t number) const {
    check(library().append(message_, "(sv)", name_.c_str(), "t", number), name_);
  }
  void operator()(std::int64_t number) const {
    check(library().append(message_, "(sv)", name_.c_str(), "x", number), name_);
  }
  void operator()(std::uint32_t number) const {
    check(library().append(message_, "(sv)", name_.c_str(), "u", number), name_);
  }
  void operator()(std::int32_t number) const {
    check(library().append(message_, "(sv)", name_.c_str(), "i", number), name_);
  }
  void operator()(const std::vector<std::uint32_t>& numbers) const {
    array("au", [&] {
      check(library().append_array(message_, 'u', numbers.data(), numbers.size() * sizeof numbers.front()), name_);
    });
  }
  void operator()(const std::vector<std::string>& texts) const {
    array("as", [&] {
      check(library().open_container(message_, 'a', "s"), name_);
      for (const std::string& text : texts) check(library().append(message_, "s", text.c_str()), name_);
      check(library().close_container(message_), name_);
    });
  }

 private:
  template <typename Content>
  void array(const char* type, const Content& content) const {
    check(library().open_container(message_, 'r', "sv"), name_);
    check(library().append(message_, "s", name_.c_str()), name_);
    check(library().open_container(message_, 'v', type), name_);
    content();
    check(library().close_container(message_), name_);
    check(library().close_container(message_), name_);
  }

  sd_bus_message* message_;
  const std::string& name_;
};

void append_properties(sd_bus_message* message, const std::vector<UnitProperty>& properties) {
  check(library().open_container(message, 'a', "(sv)"), "properties");
  for (const UnitProperty& property : properties) std::visit(PropertyWriter(message, property.name), property.value);
  check(library().close_container(message), "properties");
}

}  // namespace

struct SystemdBus::State {
  /// A job that has ended, and how.
  struct Job {
    std::string path;
    std::string result;
  };

  explicit State(Manager manager) {
    check(manager == Manager::system ? library().open_system(&bus) : library().open_user(&bus), "connect");
    check(library().match_signal(bus, nullptr, kService, kObject, kInterface, "JobRemoved", on_job_removed, this),
          "match JobRemoved");
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { library().unref(bus); }

  [[nodiscard]] Message method(const char* name) const {
    sd_bus_message* message = nullptr;
    check(library().new_method_call(bus, &message, kService, kObject, kInterface, name), name);
    return Message(message);
  }

  static int on_job_removed(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (library().read(message, "uoss", &id, &path, &unit, &result) >= 0)
      static_cast<State*>(data)->ended.push_back({path, result});
    return 0;
  }

  /// The reply, or a CgroupError; nothing where the error is `tolerated`.
  [[nodiscard]] Message call(const Message& message, std::string_view doing, std::string_view tolerated = "") const {
    sd_bus_error error{nullptr, nullptr, 0};
    sd_bus_message* reply = nullptr;
    const int result = library().call(bus, message.get(), 0, &error, &reply);
    const std::string name = error.name == nullptr ? "" : error.name;
    const std::string text = error.message == nullptr ? base::errno_name(-result) : error.message;
    library().error_free(&error);
    if (result >= 0) return Message(reply);
    if (!name.empty() && name == tolerated) return Message();
    throw CgroupError(fmt::format("systemd: {}: {}", doing, text));
  }

  /// JobRemoved may come before the reply that names the job: all are kept.
  void wait_for_job(const Message& reply, std::string_view doing, base::Deadline deadline) {
    const char* path = nullptr;
    check(library().read(reply.get(), "o", &path), doing);
    for (;;) {
      for (const Job& job : ended) {
        if (job.path != path) continue;
        if (job.result == "done") return;
        throw CgroupError(fmt::format("systemd: {}: the job ended as \"{}\"", doing, job.result));
      }
      const int processed = library().process(bus, nullptr);
      check(processed, doing);
      if (processed > 0) continue;
      if (deadline.passed()) throw CgroupError(fmt::format("systemd: {}: no answer in time", doing));
      const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(deadline.left()).count();
      check(library().wait(bus, static_cast<std::uint64_t>(microseconds)), doing);
    }
  }

  sd_bus* bus = nullptr;
  std::vector<Job> ended;
};

SystemdBus::SystemdBus(Manager manager) : state_(std::make_unique<State>(manager)) {}
SystemdBus::~SystemdBus() = default;

void SystemdBus::start(const std::string& unit, const std::vector<UnitProperty>& properties, base::Deadline deadline) {
  const std::string doing = "start " + unit;
  const Message message = state_->method("StartTransientUnit");
  check(library().append(message.get(), "ss", unit.c_str(), "fail"), doing);
  append_properties(message.get(), properties);
  check(library().append(message.get(), "a(sa(sv))", 0), doing);
  state_->wait_for_job(state_->call(message, doing), doing, deadline);
}

void SystemdBus::stop(const std::string& unit, base::Deadline deadline) {
  const std::string doing = "stop " + unit;
  const Message message = state_->method("StopUnit");
  check(library().append(message.get(), "ss", unit.c_str(), "replace"), doing);
  const Message reply = state_->call(message, doing, "org.freedesktop.systemd1.NoSuchUnit");
  if (reply) state_->wait_for_job(reply, doing, deadline);
}

void SystemdBus::set(const std::string& unit, const std::vector<UnitProperty>& properties) {
  const std::string doing = "set properties of " + unit;
  const Message message = state_->method("SetUnitProperties");
  check(library().append(message.get(), "sb", unit.c_str(), 1), doing);
  append_properties(message.get(), properties);
  (void)state_->call(message, doing);
}

}  // namespace refrun
