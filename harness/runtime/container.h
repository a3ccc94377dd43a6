#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/bundle/bundle.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/death.h"
#include "harness/runtime/adapter.h"
#include "harness/runtime/answer.h"
#include "harness/runtime/footprint.h"
#include "harness/runtime/status.h"
#include "harness/spawn/command.h"

namespace runproof {

/// For every step that waits: scaled by the context, and never beyond the case's own deadline.
inline constexpr std::chrono::milliseconds kStep{10'000};
/// For one command of the runtime, in the same way. runc gives up on some things after 10 s by itself: that is an
/// answer.
inline constexpr std::chrono::milliseconds kVerb{15'000};

/// Who calls the runtime.
struct Caller {
  std::optional<Identity> identity;             ///< nullopt: we
  std::optional<std::vector<std::string>> env;  ///< nullopt: ours
  Grouping grouping = Grouping::own_group;
};

/// A container of the runtime under test, created or not yet. Every verb is one process of the runtime; it is recorded
/// as evidence and gives back how it went, whatever that is. Where it goes the guard kills and force-deletes what is
/// left through the runtime, then removes by itself what that left, which is a leak. Move-only. The bundle must outlive
/// it.
class Container {
 public:
  /// Names it; creates nothing. `globals`: from the fixture, which gives each case a state directory of its own.
  Container(const Bundle& bundle, std::string id, GlobalOptions globals);
  Container(Container&& other) noexcept;
  Container& operator=(Container&& other) noexcept;
  virtual ~Container();

  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] const Bundle& bundle() const;
  /// Options before the verb, for all that follow.
  [[nodiscard]] GlobalOptions& globals();
  /// As whom the runtime is called, for all that follow: ourselves unless set.
  [[nodiscard]] Caller& caller();

  // Verbs.
  [[nodiscard]] Answer create(const CreateOptions& options = {});
  [[nodiscard]] Answer start();
  /// In the foreground: comes back when the program has ended. Detached: when it runs.
  [[nodiscard]] Answer run(const CreateOptions& options = {});
  [[nodiscard]] Answer state() const;
  /// SIGTERM and the like, as a number on the command line.
  [[nodiscard]] Answer kill(int signal, KillOptions options = {});
  /// As a word that stands there as it is; "" gives no signal.
  [[nodiscard]] Answer kill(std::string_view signal, KillOptions options = {});
  [[nodiscard]] Answer remove(DeleteOptions options = {});
  [[nodiscard]] Answer pause();
  [[nodiscard]] Answer resume();
  [[nodiscard]] Answer exec(const Argv& args, const ExecOptions& options = {});
  [[nodiscard]] Answer update(const base::Json& resources);
  [[nodiscard]] Answer ps();
  /// Any verb with these words; `stdin_text` is what it reads.
  [[nodiscard]] Answer call(const Argv& words, std::string stdin_text = {}) const;
  /// The same verb beside us. What becomes of it is not recorded.
  [[nodiscard]] Running beside(const Argv& words);
  /// `run` in the foreground, beside us, on this container's own output files.
  [[nodiscard]] Running run_beside(const CreateOptions& options = {});
  /// The command line of `create` and `run` as they would be called, for `call` and `beside`.
  [[nodiscard]] Argv create_words(const CreateOptions& options = {}) const;
  [[nodiscard]] Argv run_words(const CreateOptions& options = {}) const;

  // What the runtime says. Throw CaseFailed where `state` fails or prints what is no state.
  [[nodiscard]] Status status() const;
  [[nodiscard]] base::Json state_json() const;
  /// Whether `state` succeeds.
  [[nodiscard]] bool known() const;

  // What the kernel says.
  /// Of init as we see it: from the pid file that create and run write. Throws CaseFailed before that.
  [[nodiscard]] pid_t pid() const;
  /// Init, watched from the moment create returned: we are its subreaper, so its number cannot be another's.
  [[nodiscard]] const Mortal& init() const;
  /// The groups in which init was when create returned, without those in which this process is itself.
  [[nodiscard]] const std::vector<Cgroup>& cgroups() const;
  /// Every process that is in those groups now, watched.
  [[nodiscard]] std::vector<Mortal> members() const;

  /// Waits until the container is stopped (init's death, by the chosen strategy) and then asks `state` once; any other
  /// status: only asks. Throws CaseFailed when time is up, saying what init is doing, or where `state` says something
  /// else.
  void await(Status wanted, std::chrono::milliseconds span = kStep);
  /// Waits for init's death alone. Throws CaseFailed when time is up.
  void await_init_death(std::chrono::milliseconds span = kStep);

  /// What init (and the runtime while creating it) wrote so far.
  [[nodiscard]] std::string out() const;
  [[nodiscard]] std::string err() const;
  [[nodiscard]] std::filesystem::path pid_file() const;

  /// Everything that bears its name: state directory, cgroups with their members, mounts. Empty when it is really gone.
  [[nodiscard]] std::vector<Leftover> traces() const;
  /// Where it may leave something, its neighbours' things included.
  [[nodiscard]] Places places() const;

  /// Takes note that something else created it (`call`, `beside`): from now on the guard removes it.
  void adopt();
  /// From now on the guard removes nothing through the runtime, because the case has: what is there then is a leak.
  void expect_nothing_left();

 private:
  struct State;
  std::unique_ptr<State> state_;
};
std::ostream& operator<<(std::ostream& stream, const Container& container);

}  // namespace runproof
