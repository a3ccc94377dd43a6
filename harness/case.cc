#include "harness/case.h"

#include <sstream>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/bundle/cgroup_home.h"
#include "harness/runtime/evidence.h"
#include "harness/runtime/invoke.h"

namespace runproof {
namespace {

std::string first_line(std::string_view text) { return std::string{text.substr(0, text.find('\n'))}; }

/// gtest says "…\nExpected: x\n  Actual: y": the two become fields of their own.
Failure failure_from(const testing::TestPartResult& part) {
  Failure failure{.text = part.message()};
  if (part.file_name() != nullptr)
    failure.text = std::string{part.file_name()} + ":" + std::to_string(part.line_number()) + ": " + failure.text;
  const std::string_view text = failure.text;
  const auto expected = text.find("\nExpected: ");
  const auto actual = text.find("\n  Actual: ");
  if (expected != std::string_view::npos && actual != std::string_view::npos && actual > expected) {
    failure.expected = text.substr(expected + 11, actual - expected - 11);
    failure.actual = text.substr(actual + 11);
  }
  return failure;
}

/// What has no init does nothing, and whoever waits for it waits for long.
void require_init(const Container& box) { static_cast<void>(box.pid()); }

/// The one line that stands beside the case's name in a list.
std::string summary(const Failure& failure) {
  if (!failure.expected.empty())
    return "expected: " + first_line(failure.expected) + "; actual: " + first_line(failure.actual);
  const std::string first = first_line(failure.text);  // of ADD_FAILURE it says no more than "file:line: Failed"
  return first.ends_with(": Failed")
             ? first_line(std::string_view(failure.text).substr(std::min(first.size() + 1, failure.text.size())))
             : first;
}

}  // namespace

void Fixture::guarded(const CaseInfo& info, const std::function<void()>& body) {
  Evidence& report = evidence();
  const auto stop = [&report](Outcome outcome, std::string why) {
    report.outcome = outcome;
    report.message = std::move(why);
  };
  for (const Need& need : info.needs) {
    if (need.met(context().facts)) continue;
    stop(Outcome::skipped, std::string{need.name} + ": " + std::string{need.why});
    GTEST_SKIP() << report.message;
  }
  for (const std::string_view feature : info.features) {
    const auto why = context().runtime.lacks(feature);
    if (!why) continue;
    stop(Outcome::unsupported, std::string{feature} + ": " + *why);
    GTEST_SKIP() << report.message;
  }
  if (!info.since.empty()) {
    if (const auto why = context().runtime.lacks("oci_version." + std::string{info.since})) {
      stop(Outcome::unsupported, "ociVersion " + std::string{info.since} + ": " + *why);
      GTEST_SKIP() << report.message;
    }
  }
  const auto began = std::chrono::steady_clock::now();
  std::string stopped_by;
  try {
    body();
  } catch (const CaseFailed& failed) {
    stopped_by = failed.what();
  } catch (const ChannelError& silence) {  // a program that is not there, or did not get what it waited for
    stopped_by = silence.what();
  } catch (const base::JsonError& unreadable) {  // what a case reads, the runtime or its program has printed
    stopped_by = std::string{"what was printed is no JSON: "} + unreadable.what();
  } catch (const Json::exception& misshapen) {
    stopped_by = std::string{"what was printed is not of the form that this case reads: "} + misshapen.what();
  } catch (const Unsupported& absent) {
    stop(Outcome::unsupported, absent.what());
  } catch (const std::exception& broken) {  // Broken, or a bug of ours that shows as one
    stop(Outcome::broken, broken.what());
  }
  report.body_time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began);
  if (!report.outcome) judge(info, stopped_by);
}

void Fixture::judge(const CaseInfo& info, const std::string& stopped_by) {
  Evidence& report = evidence();
  report.failures.clear();
  const auto& result = *testing::UnitTest::GetInstance()->current_test_info()->result();
  for (int i = 0; i < result.total_part_count(); ++i) {
    if (result.GetTestPartResult(i).failed()) report.failures.push_back(failure_from(result.GetTestPartResult(i)));
  }
  if (!stopped_by.empty()) report.failures.push_back({.text = stopped_by});
  report.outcome = report.failures.empty() ? Outcome::passed : outcome_of_failure(info.level);
  if (!report.failures.empty()) report.message = summary(report.failures.front());
}

const Stage& Fixture::stage() {
  if (!stage_) {
    try {
      stage_.emplace(context().stage, context().probe);
    } catch (const std::exception& error) {
      throw Broken("stage the probe in " + context().stage.string(), error.what());
    }
  }
  return *stage_;
}

const GlobalOptions& Fixture::globals() {
  if (globals_.root.empty()) {
    globals_.root = scratch() / "root";
    globals_.log = scratch() / "log";
  }
  return globals_;
}

std::string Fixture::fresh_id() { return context().prefix() + "-" + std::to_string(++used_ids_); }

Bundle& Fixture::bare_bundle() {
  try {
    Bundle& made = bundles_.emplace_back(stage(), fresh_id());
    if (context().keep) made.keep();
    evidence().bundles.push_back(made.path().string());
    return made;
  } catch (const base::SysError& error) {
    throw Broken("make a bundle", error.what());
  }
}

Bundle& Fixture::bundle(const Config& config) {
  Bundle& made = bare_bundle();
  write(made, config);
  return made;
}

void Fixture::write(Bundle& bundle, const Config& config) {
  bundle.write(config);
  if (evidence().config_diff.empty()) evidence().config_diff = config.diff_from_minimal();
}

Container Fixture::container(const Bundle& bundle) { return container(bundle, bundle.name()); }
Container Fixture::container(const Bundle& bundle, std::string id) {
  return Container(bundle, std::move(id), globals());
}

Container Fixture::created(const Config& config) {
  Container box = container(config);
  require(box.create());
  require_init(box);
  return box;
}

Container Fixture::started(const Config& config) {
  Container box = created(config);
  require(box.start());
  return box;
}

Container Fixture::stopped(const Config& config) {
  Container box = started(config);
  box.await(Status::stopped);
  return box;
}

Serving Fixture::container_to_serve(Config config) {
  Bundle& bundle = bare_bundle();
  auto channel = std::make_unique<Channel>(bundle.rootfs());
  config.args({"/probe", "serve", channel->inside()});
  write(bundle, config);
  return {container(bundle), std::move(channel)};
}

Serving Fixture::created_to_serve(Config config) {
  Serving box = container_to_serve(std::move(config));
  require(box.create());
  require_init(box);
  return box;
}

Serving Fixture::serving(Config config) {
  Serving box = created_to_serve(std::move(config));
  box.serve();
  return box;
}

base::Json Fixture::ask(Config config, std::vector<std::string> args) {
  const std::string verb = args.size() > 1 ? args[1] : "";
  Container box = started(config.args(std::move(args)));
  box.await_init_death();
  const Replies said = Replies::parse(box.out());
  base::Json record = said.complete() ? said.of(verb) : base::Json();
  if (record.is_null()) {
    throw CaseFailed("the program of container " + box.id() + " did not answer " + verb + ": " + said.problem() +
                     "\n  its stdout: " + box.out() + "\n  its stderr: " + box.err());
  }
  return record;
}

Replies Fixture::replies(Config config, std::vector<std::string> args) {
  Container box = started(config.args(std::move(args)));
  box.await_init_death();
  Replies said = Replies::parse(box.out());
  if (!said.complete()) {
    throw CaseFailed("the program of container " + box.id() + " did not answer to the end: " + said.problem() +
                     "\n  its stdout: " + box.out() + "\n  its stderr: " + box.err());
  }
  return said;
}

Answer Fixture::runtime(const Argv& words, const std::filesystem::path& cwd) {
  Places places{.root = globals().root, .mounts = {globals().root}, .children = true};
  for (const Bundle& bundle : bundles_) {
    places.mounts.push_back(bundle.path());
    places.cgroups.push_back(own_cgroup(bundle.name()));
  }
  return invoke(globals(), words, places, {.cwd = cwd});
}

void Fixture::require(const Answer& answer) {
  if (answer.ok()) return;
  std::ostringstream text;
  text << "a step that this case needs failed\n  " << answer;
  throw CaseFailed(text.str());
}

}  // namespace runproof
