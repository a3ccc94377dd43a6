#include "reference_runtime/sys/sabotage.h"

#include <array>
#include <string>

#include "base/json.h"
#include "reference_runtime/sys/sabotage_features.h"

#ifdef REFRUN_SABOTAGE
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "base/sys_error.h"
#include "base/text.h"
#endif

namespace refrun {
namespace {

struct Named {
  const char* name = nullptr;
  const char* kind = nullptr;
  const char* text = nullptr;
  bool has_case = true;
};

constexpr std::array kSteps = {
#define STEP(name, kind, text) Named{#name, #kind, text},
#include "reference_runtime/sys/steps.def"
#undef STEP
};

}  // namespace

const char* step_name(Step step) noexcept { return kSteps[static_cast<std::size_t>(step)].name; }

#ifdef REFRUN_SABOTAGE
namespace {

constexpr std::array kFaults = {
#define FAULT(name, text) Named{#name, "fault", text},
#define UNCAUGHT(name, text) Named{#name, "fault", text, false},
#include "reference_runtime/sys/faults.def"
#undef UNCAUGHT
#undef FAULT
};

/// drop:/pointer or set:/pointer=VALUE, of one document.
struct Edit {
  std::string drop;
  std::optional<std::string> set_pointer;  // "" is the whole document
  base::Json set_value;
};

/// What REFRUN_SABOTAGE asks for; read once, before any clone.
struct Sabotage {
  int skipped = -1;  // index of a Step
  int stopped = -1;
  int failing = -1;
  int error = 0;
  std::string_view fault;  // of kFaults
  Edit config;
  Edit features;
};

Sabotage& sabotage() {
  static Sabotage instance;
  return instance;
}

template <typename Table>
std::optional<int> index_of(const Table& table, std::string_view name) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (name == table[i].name) return static_cast<int>(i);
  }
  return std::nullopt;
}

int step_index(std::string_view name) {
  if (const auto index = index_of(kSteps, name)) return *index;
  throw std::runtime_error("REFRUN_SABOTAGE: no step is called \"" + std::string(name) + "\"");
}

int errno_of(std::string_view name) {
  if (const auto number = base::to_number(name)) return static_cast<int>(*number);
  for (int error = 1; error < 134; ++error) {
    if (base::errno_name(error) == name) return error;
  }
  throw std::runtime_error("REFRUN_SABOTAGE: no error is called \"" + std::string(name) + "\"");
}

Edit parse_edit(std::string_view text) {
  const auto equals = text.find('=');
  if (text.starts_with("drop:")) return {.drop = std::string(text.substr(5)), .set_pointer = {}, .set_value = {}};
  if (!text.starts_with("set:") || equals == std::string_view::npos)
    throw std::runtime_error("REFRUN_SABOTAGE: wants drop:/pointer or set:/pointer=VALUE");
  return {.drop = {},
          .set_pointer = std::string(text.substr(4, equals - 4)),
          .set_value = base::Json::parse(text.substr(equals + 1))};
}

void carry_out(const Edit& edit, base::Json& document) {
  if (!edit.drop.empty()) {
    const base::Json::json_pointer pointer(edit.drop);
    if (!document.contains(pointer)) return;
    base::Json& parent = document[pointer.parent_pointer()];
    if (parent.is_array()) {
      parent.erase(static_cast<std::size_t>(std::stoul(pointer.back())));
    } else {
      parent.erase(pointer.back());
    }
  }
  if (edit.set_pointer) document[base::Json::json_pointer(*edit.set_pointer)] = edit.set_value;
}

}  // namespace

void read_sabotage() {
  const char* wanted = ::getenv("REFRUN_SABOTAGE");
  if (wanted == nullptr || *wanted == '\0') return;
  const std::string_view text(wanted);
  Sabotage& s = sabotage();
  if (text.starts_with("stop_at:")) {
    s.stopped = step_index(text.substr(8));
  } else if (text.starts_with("fail_at:")) {
    const std::string_view rest = text.substr(8);
    const auto colon = rest.find(':');
    s.failing = step_index(rest.substr(0, colon));
    s.error = colon == std::string_view::npos ? EIO : errno_of(rest.substr(colon + 1));
  } else if (text.starts_with("config:")) {
    s.config = parse_edit(text.substr(7));
  } else if (text.starts_with("features:")) {
    s.features = parse_edit(text.substr(9));
  } else if (const auto fault_at = index_of(kFaults, text)) {
    s.fault = kFaults[static_cast<std::size_t>(*fault_at)].name;
  } else if (const auto step_at = index_of(kSteps, text)) {
    if (std::string_view(kSteps[static_cast<std::size_t>(*step_at)].kind) == "point") {
      throw std::runtime_error("REFRUN_SABOTAGE: step \"" + std::string(text) + "\" cannot be skipped");
    }
    s.skipped = *step_at;
  } else {
    throw std::runtime_error("REFRUN_SABOTAGE: no step or fault is called \"" + std::string(text) + "\"");
  }
}

bool fault(std::string_view name) noexcept { return sabotage().fault == name; }

StepAction before_step(Step step, int& error) noexcept {
  const int index = static_cast<int>(step);
  const Sabotage& s = sabotage();
  // A raw kill: raise() would use the thread id that glibc cached before the clone. As PID 1 of its own PID namespace a
  // process cannot stop itself, so there it waits for a signal that never comes.
  if (s.stopped == index) {
    const pid_t self = static_cast<pid_t>(::syscall(SYS_getpid));
    if (self == 1) {
      for (;;) ::pause();
    }
    ::kill(self, SIGSTOP);
  }
  if (s.failing == index) error = s.error;
  return s.skipped == index ? StepAction::skip : StepAction::run;
}

void sabotage_config(base::Json& config) { carry_out(sabotage().config, config); }

void sabotage_features(base::Json& features) { carry_out(sabotage().features, features); }

base::Json list_faults() {
  base::Json out = base::Json::array();
  const auto add = [&out](const Named& entry) {
    out.push_back(
        {{"name", entry.name}, {"kind", entry.kind}, {"description", entry.text}, {"has_case", entry.has_case}});
  };
  for (const Named& step : kSteps) add(step);
  for (const Named& fault : kFaults) add(fault);
  return out;
}
#endif

}  // namespace refrun
