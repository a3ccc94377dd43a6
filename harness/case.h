#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/bundle/bundle.h"
#include "harness/bundle/config.h"
#include "harness/bundle/replies.h"
#include "harness/registry/macros.h"
#include "harness/registry/registry.h"
#include "harness/runtime/container.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/runtime/matchers.h"
#include "harness/runtime/run_case.h"
#include "harness/runtime/serving.h"

namespace runproof {

/// What the body of a case sees. The arrangers below either do what they say or end the case: with CaseFailed where the
/// runtime is to blame, with Broken where the suite is. They take a Config, or the arguments of a minimal one.
class Fixture : public testing::Test {
 protected:
  /// Runs the body: unmet needs skip, absent features are unsupported, exceptions become outcomes. Fills evidence().
  void guarded(const CaseInfo& info, const std::function<void()>& body);

  /// A bundle on disk, named like the container that will use it; it lives as long as the case.
  Bundle& bundle(const Config& config);
  /// A bundle with the root filesystem alone: for broken config.json.
  Bundle& bare_bundle();
  /// Writes config.json, and shows in the report what it differs in from the minimal one.
  static void write(Bundle& bundle, const Config& config);

  /// Names a container; nothing is created yet.
  [[nodiscard]] Container container(const Bundle& bundle);
  [[nodiscard]] Container container(const Config& config) { return container(bundle(config)); }
  /// With an id of one's own, which the runtime may well refuse.
  [[nodiscard]] Container container(const Bundle& bundle, std::string id);
  /// Created, not started.
  [[nodiscard]] Container created(const Config& config);
  [[nodiscard]] Container created(std::vector<std::string> args) { return created(Config::minimal(std::move(args))); }
  /// Started; the program may have ended since. For one that is known to be running, use `serving`.
  [[nodiscard]] Container started(const Config& config);
  [[nodiscard]] Container started(std::vector<std::string> args) { return started(Config::minimal(std::move(args))); }
  /// Started, and its program runs: init is `probe serve`, connected.
  [[nodiscard]] Serving serving(Config config = Config::minimal({}));
  /// Created, not started; its program will be `probe serve`: `box.serve()` starts it.
  [[nodiscard]] Serving created_to_serve(Config config = Config::minimal({}));
  /// Neither created nor started: for `run`, followed by `box.await_peer()`.
  [[nodiscard]] Serving container_to_serve(Config config = Config::minimal({}));
  /// Run to its end; `state` says stopped.
  [[nodiscard]] Container stopped(const Config& config = Config::minimal({"/probe", "true"}));

  /// Runs the probe once in a container and gives the record of its verb, args[1]. The completion record must be there.
  [[nodiscard]] base::Json ask(Config config, std::vector<std::string> args);
  /// The same with all its records.
  [[nodiscard]] Replies replies(Config config, std::vector<std::string> args);

  /// The runtime with these words after the usual options: for missing ids and the like.
  [[nodiscard]] Answer runtime(const Argv& words, const std::filesystem::path& cwd = {});
  /// Options before the verb: a state directory of this case's own, a log file.
  [[nodiscard]] const GlobalOptions& globals();
  /// Fails the case unless the command succeeded: `require(box.start())`.
  static void require(const Answer& answer);
  /// A name with this case's prefix that was not used before.
  [[nodiscard]] std::string fresh_id();
  /// A directory of this case's own, removed with it.
  [[nodiscard]] const std::filesystem::path& scratch() const { return context().scratch; }
  [[nodiscard]] base::Deadline soon() const { return context().within(kStep); }

 private:
  const Stage& stage();
  void judge(const CaseInfo& info, const std::string& stopped_by);

  std::optional<Stage> stage_;
  GlobalOptions globals_;
  std::deque<Bundle> bundles_;
  int used_ids_ = 0;
};

}  // namespace runproof
