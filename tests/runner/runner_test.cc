// The runner end to end, as a program: outcomes, exit codes, logs, and that nothing is left, whatever cases and
// runtimes do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/death.h"
#include "harness/observe/descendants.h"
#include "harness/observe/process.h"
#include "harness/run/marked.h"
#include "harness/spawn/command.h"
#include "reports/log.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;
using reports::Outcome;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// What a run left on this machine: processes, cgroups and directories with its name.
std::vector<std::string> left_of(const std::string& run_id) {
  const std::string prefix = "rp-" + run_id + "-";
  std::vector<std::string> left;
  for (const pid_t pid : marked_processes(prefix))
    left.push_back("process " + std::to_string(pid) + ": " + marks_of(pid));
  for (const Cgroup& group : find_cgroups(prefix)) left.push_back(group.dir.string());
  for (const char* base : {"/tmp", "/dev/shm"}) {
    for (const auto& entry : std::filesystem::directory_iterator(base)) {
      if (entry.path().filename().string().starts_with(prefix)) left.push_back(entry.path().string());
    }
  }
  return left;
}

class Runner : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
  }
  void TearDown() override { std::filesystem::remove(log_); }

  Command command(std::vector<std::string> args, std::vector<std::string> env = {}) const {
    args.insert(args.begin(), SELFTEST);
    const bool own_path = std::ranges::any_of(env, [](const std::string& one) { return one.starts_with("PATH="); });
    if (!own_path) env.emplace_back("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    env.emplace_back("NO_COLOR=1");
    return {.argv = std::move(args), .env = std::move(env), .deadline = 120s};
  }
  Finished runproof(std::vector<std::string> args, std::vector<std::string> env = {}) const {
    return run(command(std::move(args), std::move(env)));
  }
  /// Runs cases and reads the log; nothing may be left.
  reports::Log run_cases(std::vector<std::string> args, std::vector<std::string> env = {}) {
    args.insert(args.begin(), {"run", "--runtime", FAKE_RUNTIME, "--log", log_.string()});
    finished_ = runproof(std::move(args), std::move(env));
    EXPECT_THAT(finished_.err, Not(HasSubstr("left at the end")));
    reports::Log log = reports::parse_log(base::read_file(log_));
    EXPECT_THAT(left_of(log.header.run_id), IsEmpty());
    return log;
  }
  static const reports::Result& result(const reports::Log& log, std::string_view id) {
    return log.find(id)->attempts.front();
  }

  const std::filesystem::path log_ =
      std::filesystem::temp_directory_path() / ("runner_test-" + std::to_string(getpid()) + ".jsonl");
  Finished finished_;
};

// --- Cases that misbehave
// -------------------------------------------------------------------------------------------------------

TEST_F(Runner, every_way_to_end_has_its_outcome) {
  const reports::Log log =
      run_cases({"sample.passes", "sample.fails", "sample.fails_softly", "sample.fails_mildly", "sample.skips",
                 "sample.throws", "sample.crashes", "sample.exits", "sample.hangs", "sample.prints"});
  EXPECT_EQ(result(log, "sample.passes").outcome, Outcome::passed);
  EXPECT_EQ(result(log, "sample.fails").outcome, Outcome::failed);
  EXPECT_EQ(result(log, "sample.fails_softly").outcome, Outcome::soft);
  EXPECT_EQ(result(log, "sample.fails_mildly").outcome, Outcome::info);
  EXPECT_EQ(result(log, "sample.skips").outcome, Outcome::skipped);
  EXPECT_EQ(result(log, "sample.skips").message, "moon: there is no moon tonight");
  EXPECT_EQ(result(log, "sample.throws").outcome, Outcome::broken);
  EXPECT_EQ(result(log, "sample.throws").message, "ask: nobody there");
  EXPECT_EQ(result(log, "sample.crashes").outcome, Outcome::broken);
  EXPECT_THAT(result(log, "sample.crashes").message, HasSubstr("SEGV"));
  EXPECT_EQ(result(log, "sample.exits").outcome, Outcome::broken);
  EXPECT_EQ(result(log, "sample.hangs").outcome, Outcome::timeout);
  EXPECT_THAT(result(log, "sample.hangs").diagnosis, SizeIs(2));
  EXPECT_EQ(result(log, "sample.prints").outcome, Outcome::passed);
  EXPECT_EQ(finished_.exit, 3) << finished_;
}

TEST_F(Runner, a_failure_says_where_what_and_how_to_see_it_again) {
  const reports::Log log = run_cases({"sample.fails"});
  EXPECT_THAT(result(log, "sample.fails").failures, SizeIs(1));
  EXPECT_THAT(result(log, "sample.fails").failures.at(0).text, HasSubstr("sample_cases.cc"));
  EXPECT_EQ(result(log, "sample.fails").rerun,
            std::string(SELFTEST) + " run --runtime " + FAKE_RUNTIME + " --keep sample.fails");
  EXPECT_THAT(finished_.out, HasSubstr(result(log, "sample.fails").rerun));
  EXPECT_EQ(finished_.exit, 1);
}

TEST_F(Runner, what_a_case_leaves_is_a_leak_and_is_removed) {
  const reports::Log log = run_cases({"leak.process", "leak.frozen", "leak.mount"});
  for (const char* id : {"leak.process", "leak.frozen", "leak.mount"}) {
    EXPECT_EQ(result(log, id).outcome, Outcome::passed) << id;
    EXPECT_TRUE(result(log, id).leak) << id;
    EXPECT_FALSE(result(log, id).leftovers.empty()) << id;
  }
  EXPECT_EQ(finished_.exit, 1);
}

TEST_F(Runner, what_a_crashed_worker_leaves_is_removed_too) {
  const reports::Log log = run_cases({"leak.crash"});
  EXPECT_EQ(result(log, "leak.crash").outcome, Outcome::broken);
  std::vector<std::string> kinds;
  for (const auto& leftover : result(log, "leak.crash").leftovers) kinds.push_back(leftover.kind);
  EXPECT_THAT(kinds, testing::IsSupersetOf<std::string>({"process", "mount"}));
}

TEST_F(Runner, cases_with_the_same_lock_do_not_overlap) {
  const reports::Log log = run_cases({"locked", "--jobs", "4"});
  EXPECT_EQ(finished_.exit, 0) << finished_.out;
}

// --- Options
// --------------------------------------------------------------------------------------------------------------------

TEST_F(Runner, both_outcomes_of_a_repeated_case_are_flaky) {
  const reports::Log log = run_cases({"sample.wavers", "--repeat", "4", "--jobs", "1"});
  EXPECT_EQ(log.find("sample.wavers")->outcome(), Outcome::flaky);
  const std::vector<reports::Result>& attempts = log.find("sample.wavers")->attempts;
  ASSERT_THAT(attempts, SizeIs(4));
  EXPECT_EQ(finished_.exit, 1);
  EXPECT_THAT(attempts[0].commands, SizeIs(1)) << "the first pass";
  EXPECT_THAT(attempts[1].commands, SizeIs(1)) << "a failure";
  EXPECT_THAT(attempts[2].commands, IsEmpty()) << "one more pass";
  EXPECT_THAT(finished_.out, HasSubstr("but      passed in attempt 1"));
}

TEST_F(Runner, until_fail_stops_at_the_first_red_one) {
  const reports::Log log = run_cases({"sample.wavers", "--until-fail", "--jobs", "1"});
  EXPECT_THAT(log.find("sample.wavers")->attempts, SizeIs(2));
  EXPECT_EQ(finished_.exit, 1);
}

TEST_F(Runner, fail_fast_begins_nothing_after_a_failure) {
  const reports::Log log = run_cases({"sample.fails", "sample.passes", "sample.prints", "--fail-fast", "--jobs", "1"});
  EXPECT_THAT(log.cases, SizeIs(1));
  EXPECT_TRUE(log.interrupted);
  EXPECT_EQ(finished_.exit, 1);
}

TEST_F(Runner, a_timeout_for_all_takes_the_place_of_each_ones_limit) {
  const reports::Log log = run_cases({"sample.takes_a_second", "--timeout", "0.1"});
  EXPECT_EQ(result(log, "sample.takes_a_second").outcome, Outcome::timeout);
  EXPECT_THAT(result(log, "sample.takes_a_second").message, HasSubstr("not done after 100 ms"));
}

TEST_F(Runner, the_same_seed_gives_the_same_order) {
  const auto order = [&](const char* seed) {
    std::vector<std::string> ids;
    for (const auto& info :
         run_cases({"sample.passes", "sample.prints", "sample.skips", "locked", "--shuffle", seed}).header.plan) {
      ids.push_back(info.id);
    }
    return ids;
  };
  EXPECT_EQ(order("7"), order("7"));
  EXPECT_NE(order("1"), order("2"));
}

TEST_F(Runner, shards_together_are_the_whole) {
  std::vector<std::string> ids;
  for (const char* shard : {"1/2", "2/2"}) {
    for (const auto& info : run_cases({"sample.passes", "sample.prints", "sample.skips", "--shard", shard}).header.plan)
      ids.push_back(info.id);
  }
  EXPECT_THAT(ids, testing::UnorderedElementsAre("sample.passes", "sample.prints", "sample.skips"));
}

TEST_F(Runner, rerun_failed_runs_what_was_red) {
  const auto earlier = log_.string() + ".earlier";
  static_cast<void>(run_cases({"sample.passes", "sample.fails", "sample.throws"}));
  std::filesystem::rename(log_, earlier);
  const reports::Log log = run_cases({"--rerun-failed", earlier});
  std::filesystem::remove(earlier);
  EXPECT_THAT(log.cases, SizeIs(2));
  EXPECT_EQ(log.find("sample.passes"), nullptr);
}

TEST_F(Runner, skips_are_red_where_they_are_forbidden) {
  static_cast<void>(run_cases({"sample.skips", "--no-skips"}));
  EXPECT_EQ(finished_.exit, 1);
  static_cast<void>(run_cases({"sample.skips"}));
  EXPECT_EQ(finished_.exit, 0);
  static_cast<void>(run_cases({"sample.skips", "--exit-if-skipped", "77"}));
  EXPECT_EQ(finished_.exit, 77);
}

TEST_F(Runner, under_stress_the_load_ends_with_the_run) {
  const reports::Log log = run_cases({"sample.passes", "--stress", "--repeat", "20"});
  EXPECT_EQ(finished_.exit, 0) << finished_.out;
  for (const pid_t pid : all_processes()) {
    const auto line = base::read_file_if_there("/proc/" + std::to_string(pid) + "/cmdline");  // a zombie has none
    EXPECT_FALSE(line && line->find(log_.string()) != std::string::npos)
        << "process " << pid << " of the run is still there";
  }
}

TEST_F(Runner, kept_directories_are_where_the_log_says_until_they_are_swept) {
  const Finished kept = runproof({"run", "--runtime", FAKE_RUNTIME, "--keep", "--log", log_.string(), "box.lives"});
  const reports::Log log = reports::parse_log(base::read_file(log_));
  EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(result(log, "box.lives").bundle) / "config.json")) << kept;
  const Finished spared = runproof({"sweep"});
  EXPECT_TRUE(std::filesystem::exists(result(log, "box.lives").bundle)) << spared;
  const Finished swept = runproof({"sweep", "--kept"});
  EXPECT_FALSE(std::filesystem::exists(result(log, "box.lives").bundle)) << swept;
  EXPECT_THAT(left_of(log.header.run_id), IsEmpty());
}

// --- Runtimes that misbehave
// ----------------------------------------------------------------------------------------------------

struct Misbehaviour {
  const char* fake;
  const char* verb;
  Outcome lives;    ///< what box.lives comes to
  Outcome unknown;  ///< and box.unknown
};

const Misbehaviour kMisbehaviours[] = {
    {"nothing", "", Outcome::failed, Outcome::failed},
    {"hang", "create", Outcome::timeout, Outcome::failed},
    {"hang", "state", Outcome::timeout, Outcome::timeout},
    {"endless", "state", Outcome::failed, Outcome::failed},
    {"garbage", "state", Outcome::failed, Outcome::failed},
    {"half", "state", Outcome::failed, Outcome::failed},
    {"wrong", "state", Outcome::failed, Outcome::failed},
    {"dies", "create", Outcome::failed, Outcome::failed},
    {"dies", "state", Outcome::failed, Outcome::failed},
    {"daemon", "create", Outcome::failed, Outcome::failed},
    {"abandons", "", Outcome::timeout, Outcome::failed},
    {"never-deletes", "", Outcome::timeout, Outcome::failed},
    {"refuses", "create", Outcome::failed, Outcome::failed},
    {"refuses", "state", Outcome::failed, Outcome::passed},
    {"refuses-silently", "state", Outcome::failed, Outcome::failed},
};

class Fakes : public Runner, public testing::WithParamInterface<Misbehaviour> {};

TEST_P(Fakes, are_found_out_and_leave_nothing) {
  const Misbehaviour& fake = GetParam();
  std::vector<std::string> env = {std::string("FAKE=") + fake.fake};
  if (*fake.verb != '\0') env.push_back(std::string("FAKE_VERB=") + fake.verb);
  const reports::Log log = run_cases({"box", "--timeout", "2"}, env);
  EXPECT_EQ(result(log, "box.lives").outcome, fake.lives) << result(log, "box.lives").message;
  EXPECT_EQ(result(log, "box.unknown").outcome, fake.unknown) << result(log, "box.unknown").message;
  EXPECT_EQ(finished_.exit, 1) << finished_;
}

INSTANTIATE_TEST_SUITE_P(Misbehaving, Fakes, testing::ValuesIn(kMisbehaviours), [](const auto& row) {
  std::string name = std::string(row.param.fake) + "_" + row.param.verb;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST_F(Runner, neither_true_nor_false_is_a_runtime) {
  for (const char* program : {"/bin/true", "/bin/false"}) {
    const Finished finished = runproof({"run", "--runtime", program, "--log", log_.string(), "box"});
    const reports::Log log = reports::parse_log(base::read_file(log_));
    EXPECT_EQ(finished.exit, 1) << finished;
    for (const auto& run : log.cases) EXPECT_EQ(run.outcome(), Outcome::failed) << program << " " << run.info.id;
  }
}

// --- Interruption
// ---------------------------------------------------------------------------------------------------------------

class Interrupted : public Runner, public testing::WithParamInterface<int> {};

TEST_P(Interrupted, a_run_cleans_up_and_says_so_in_its_log) {
  Running running = start(command({"run", "--runtime", FAKE_RUNTIME, "--log", log_.string(), "--jobs", "2", "--timeout",
                                   "600", "sample.passes", "sample.hangs", "leak.frozen"}));
  while (base::read_file_if_there(log_).value_or("").find("\"start\",\"id\":\"sample.hangs\"") == std::string::npos) {
  }
  running.signal(GetParam());
  const Finished finished = running.finish(base::Deadline::in(30s));
  EXPECT_EQ(finished.exit, 128 + GetParam()) << finished;
  const reports::Log log = reports::parse_log(base::read_file(log_));
  EXPECT_TRUE(log.interrupted);
  EXPECT_EQ(log.find("sample.hangs"), nullptr);
  EXPECT_THAT(left_of(log.header.run_id), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(By, Interrupted, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST_F(Runner, a_signal_before_the_first_case_closes_the_log_too) {
  const std::filesystem::path tools = log_.string() + ".tools";
  std::filesystem::create_directory(tools);
  base::write_file(tools / "sha256sum",
                   "#!/bin/sh\nkill -INT $PPID\n");  // the header asks it, and comes before all cases
  std::filesystem::permissions(tools / "sha256sum", std::filesystem::perms::owner_all);

  const Finished finished = runproof({"run", "--runtime", FAKE_RUNTIME, "--log", log_.string(), "sample.passes"},
                                     {"PATH=" + tools.string() + ":/usr/sbin:/usr/bin:/sbin:/bin"});

  std::filesystem::remove_all(tools);
  EXPECT_EQ(finished.exit, 128 + SIGINT) << finished;
  const reports::Log log = reports::parse_log(base::read_file(log_));
  EXPECT_TRUE(log.interrupted);
  EXPECT_THAT(log.cases, IsEmpty());
  EXPECT_THAT(left_of(log.header.run_id), IsEmpty());
}

TEST_F(Runner, killed_it_takes_its_workers_along_and_the_next_run_sweeps_the_rest) {
  Running running = start(command({"run", "--runtime", FAKE_RUNTIME, "--log", log_.string(), "--jobs", "1", "--timeout",
                                   "600", "sample.stands_still"}));
  while (base::read_file_if_there(log_).value_or("").find("\"event\":\"start\"") == std::string::npos) {
  }
  std::vector<Mortal> workers;
  while (workers.empty()) {
    for (const pid_t pid : descendants_of(running.pid()))
      if (auto worker = Mortal::watch(pid)) workers.push_back(std::move(*worker));
  }
  const std::string text = base::read_file(log_);
  const auto header = base::parse_json(base::split(text, '\n').front());
  const std::string run_id = header.at("run_id");
  ASSERT_THAT(left_of(run_id), Not(IsEmpty())) << "its directory at least";
  running.signal(SIGKILL);
  static_cast<void>(running.finish(base::Deadline::in(30s)));
  EXPECT_THAT(await_all_dead(workers, base::Deadline::in(30s)), IsEmpty());

  const Finished next = runproof({"sweep"});

  EXPECT_EQ(next.exit, 0) << next;
  EXPECT_THAT(left_of(run_id), IsEmpty());
}

// --- Expectations
// -------------------------------------------------------------------------------------------------------------------

class Expected : public Runner {
 protected:
  void TearDown() override {
    std::filesystem::remove(file_);
    Runner::TearDown();
  }
  void expect(const std::string& entries) {
    base::write_file(file_, R"({"runtime": "fake", "expectations": [)" + entries + "]}");
  }
  /// A run in their light.
  reports::Log run_expecting(std::vector<std::string> args) {
    args.insert(args.end(), {"--expectations", file_.string()});
    return run_cases(std::move(args));
  }
  const std::filesystem::path file_ = log_.string() + ".expectations";
};

TEST_F(Expected, a_known_failure_is_fine_and_says_why) {
  expect(
      R"({"id": "sample.fails", "outcome": "failed", "reason": "it cannot count", "link": "https://example.org/1"})");
  const reports::Log log = run_expecting({"sample.fails", "sample.passes"});
  EXPECT_EQ(finished_.exit, 0) << finished_;
  EXPECT_EQ(result(log, "sample.fails").outcome, Outcome::xfail);
  EXPECT_EQ(result(log, "sample.fails").expectation->reason, "it cannot count");
  EXPECT_EQ(result(log, "sample.passes").outcome, Outcome::passed);
  EXPECT_THAT(finished_.out, HasSubstr("it cannot count"));
  EXPECT_THAT(finished_.out, HasSubstr("as expected"));
}

TEST_F(Expected, a_known_leak_is_fine_and_another_is_not) {
  expect(R"({"id": "leak.mount", "outcome": "leak", "reason": "it forgets"})");
  const reports::Log log = run_expecting({"leak.mount"});
  EXPECT_EQ(finished_.exit, 0) << finished_;
  EXPECT_FALSE(result(log, "leak.mount").leftovers.empty());
  static_cast<void>(run_expecting({"leak.mount", "leak.process"}));
  EXPECT_EQ(finished_.exit, 1) << finished_;
}

TEST_F(Expected, a_pass_that_should_fail_is_red) {
  expect(R"({"id": "sample.passes", "outcome": "failed", "reason": "it cannot count"})");
  const reports::Log log = run_expecting({"sample.passes"});
  EXPECT_EQ(finished_.exit, 1) << finished_;
  EXPECT_EQ(result(log, "sample.passes").outcome, Outcome::xpass);
  EXPECT_THAT(result(log, "sample.passes").message, HasSubstr(file_.string() + ": /expectations/0"));
}

TEST_F(Expected, an_expired_one_is_red_whatever_happens) {
  expect(R"({"id": "sample.fails", "outcome": "failed", "reason": "soon", "expires": "2020-01-01"},
            {"id": "sample.passes", "outcome": "failed", "reason": "soon", "expires": "2020-01-01"})");
  const reports::Log log = run_expecting({"sample.fails", "sample.passes"});
  EXPECT_EQ(finished_.exit, 1) << finished_;
  EXPECT_EQ(result(log, "sample.fails").outcome, Outcome::failed);
  EXPECT_THAT(result(log, "sample.fails").message, HasSubstr("expired on 2020-01-01"));
  EXPECT_EQ(result(log, "sample.passes").outcome, Outcome::xpass);
  EXPECT_EQ(runproof({"expectations", "check", file_.string()}).exit, 1);
}

TEST_F(Expected, what_cannot_be_used_is_refused_before_anything_runs) {
  const auto refused = [&](const std::string& entries, const char* message) {
    expect(entries);
    const Finished finished =
        runproof({"run", "--runtime", FAKE_RUNTIME, "--expectations", file_.string(), "sample.passes"});
    EXPECT_EQ(finished.exit, 2) << finished;
    EXPECT_THAT(finished.err, HasSubstr(message));
  };
  refused(R"({"id": "sample.fail", "outcome": "failed", "reason": "r"})",
          "/expectations/0/id: no case is called sample.fail; did you mean sample.fails");
  refused(R"({"id": "sample.fails", "outcome": "failed"})", "/expectations/0/reason: say why");
  refused(R"({"id": "sample.fails", "outcome": "soft", "reason": "r"})", "never soft");
  refused(
      R"({"id": "sample.fails*", "outcome": "failed", "reason": "r"}, {"id": "sample.fails_*", "outcome": "soft", "reason": "r"})",
      "/expectations/1: sample.fails_* matches nothing");
  base::write_file(file_, R"({"runtime": "runc", "expectations": []})");
  EXPECT_THAT(runproof({"run", "--runtime", FAKE_RUNTIME, "--expectations", file_.string()}).err,
              HasSubstr("/runtime: these are the expectations of runc, and " FAKE_RUNTIME " is fake"));
  const Finished checked = runproof({"expectations", "check", "--runtime", FAKE_RUNTIME, file_.string()});
  EXPECT_EQ(checked.exit, 2);
  EXPECT_THAT(checked.err, HasSubstr("these are the expectations of runc, and " FAKE_RUNTIME " is fake"));
  EXPECT_EQ(runproof({"expectations", "check", file_.string()}).exit, 0);
  base::write_file(file_, "{");
  EXPECT_THAT(runproof({"run", "--runtime", FAKE_RUNTIME, "--expectations", file_.string()}).err,
              HasSubstr("parse error at line 1, column 2"));
}

TEST_F(Expected, an_update_makes_the_next_run_green_and_keeps_reasons) {
  expect(R"({"id": "sample.fails", "outcome": "timeout", "reason": "it cannot count"},
            {"id": "sample.passes", "outcome": "failed", "reason": "no more"})");
  const std::vector<std::string> all = {"sample.fails", "sample.passes", "sample.hangs", "leak.mount"};
  static_cast<void>(run_expecting(all));
  EXPECT_EQ(finished_.exit, 1) << finished_;

  const Finished update = runproof({"expectations", "update", log_.string(), "--file", file_.string()});

  EXPECT_EQ(update.exit, 0) << update;
  EXPECT_THAT(update.out, HasSubstr("changed  sample.fails: failed, was timeout"));
  EXPECT_THAT(update.out, HasSubstr("dropped  sample.passes: it passes"));
  EXPECT_THAT(base::read_file(file_), HasSubstr("it cannot count"));
  static_cast<void>(run_expecting(all));
  EXPECT_EQ(finished_.exit, 0) << finished_;
  EXPECT_EQ(runproof({"expectations", "check", file_.string()}).exit, 1) << "two have no reason yet";
  EXPECT_THAT(runproof({"expectations", "update", log_.string(), "--file", file_.string()}).out,
              HasSubstr("unchanged"));
}

// --- Usage
// ----------------------------------------------------------------------------------------------------------------------

struct Mistake {
  const char* name;
  std::vector<std::string> args;
  int exit;
  const char* message;
};

const Mistake kMistakes[] = {
    {"no_command", {}, 2, "Start here:"},
    {"unknown_command", {"fly"}, 2, "fly"},
    {"unknown_option", {"run", "--runtime", FAKE_RUNTIME, "--fly"}, 2, "--fly"},
    {"no_runtime", {"run", "sample"}, 2, "which runtime? Say --runtime"},
    {"missing_runtime", {"run", "--runtime", "/no/such/runtime"}, 2, "/no/such/runtime"},
    {"runtime_not_in_path", {"run", "--runtime", "nosuchruntime"}, 2, "nosuchruntime"},
    {"directory_as_runtime", {"run", "--runtime", "/tmp"}, 2, "/tmp"},
    {"file_as_runtime", {"run", "--runtime", "/etc/passwd"}, 2, "/etc/passwd"},
    {"unknown_adapter", {"run", "--runtime", FAKE_RUNTIME, "--adapter", "podman"}, 2, "podman"},
    {"unknown_case", {"run", "--runtime", FAKE_RUNTIME, "sample.passs"}, 2, "did you mean sample.passes"},
    {"glob_without_a_case", {"run", "--runtime", FAKE_RUNTIME, "nothing.*"}, 2, "nothing.*"},
    {"unknown_clause", {"run", "--runtime", FAKE_RUNTIME, "--clause", "runtime.md#fly"}, 2, "runtime.md#fly"},
    {"unknown_tag", {"run", "--runtime", FAKE_RUNTIME, "--tag", "slow"}, 2, "slow"},
    {"unknown_level", {"run", "--runtime", FAKE_RUNTIME, "--level", "shall"}, 2, "no level is called shall"},
    {"unknown_lane", {"run", "--runtime", FAKE_RUNTIME, "--lane", "moon"}, 2, "moon"},
    {"unknown_wait", {"run", "--runtime", FAKE_RUNTIME, "--wait", "sleep"}, 2, "sleep"},
    {"bad_shard", {"run", "--runtime", FAKE_RUNTIME, "--shard", "3/2"}, 2, "--shard 3/2"},
    {"bad_repeat", {"run", "--runtime", FAKE_RUNTIME, "--repeat", "0"}, 2, "--repeat"},
    {"bad_timeout", {"run", "--runtime", FAKE_RUNTIME, "--timeout", "-1"}, 2, "--timeout"},
    {"timeout_of_no_time", {"run", "--runtime", FAKE_RUNTIME, "--timeout", "0.0001"}, 2, "--timeout"},
    {"timeout_without_an_end", {"run", "--runtime", FAKE_RUNTIME, "--timeout", "1e300"}, 2, "--timeout"},
    {"log_that_cannot_be",
     {"run", "--runtime", FAKE_RUNTIME, "--log", "/no/such/dir/log", "sample.passes"},
     2,
     "/no/such/dir/log"},
    {"no_log_to_rerun", {"run", "--runtime", FAKE_RUNTIME, "--rerun-failed", "/no/log"}, 2, "/no/log"},
    {"rerun_of_no_log", {"run", "--runtime", FAKE_RUNTIME, "--rerun-failed", "/etc/passwd"}, 2, "/etc/passwd"},
    {"missing_expectations", {"run", "--runtime", FAKE_RUNTIME, "--expectations", "/no/such/file"}, 2, "/no/such/file"},
    {"expectations_alone", {"expectations"}, 2, "subcommand"},
    {"update_of_no_log", {"expectations", "update", "/etc/passwd"}, 2, "/etc/passwd"},
    {"check_of_no_file", {"expectations", "check", "/no/such/file"}, 2, "/no/such/file"},
    {"nothing_selected",
     {"run", "--runtime", FAKE_RUNTIME, "sample.passes", "--level", "vendor"},
     4,
     "nothing selected"},
    {"explain_unknown", {"explain", "sample.passs"}, 2, "did you mean sample.passes"},
    {"report_without_log", {"report", "/no/log"}, 2, "/no/log"},
    {"report_of_no_log", {"report", "/etc/passwd"}, 2, "/etc/passwd"},
    {"sabotage_of_another_runtime", {"sabotage", "--runtime", FAKE_RUNTIME}, 2, "refrun-sabotage"},
    {"new_case_with_a_hyphen", {"new-case", "kill", "it-is"}, 2, "hyphen"},
    {"new_case_that_is_there", {"new-case", "sample", "passes"}, 2, "there already"},
};

class Mistakes : public Runner, public testing::WithParamInterface<Mistake> {};

TEST_P(Mistakes, get_a_clear_message_and_their_exit_code) {
  const Finished finished = runproof(GetParam().args);
  EXPECT_EQ(finished.exit, GetParam().exit) << finished;
  EXPECT_THAT(finished.out + finished.err, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Usage, Mistakes, testing::ValuesIn(kMistakes), [](const auto& row) { return row.param.name; });

TEST_F(Runner, list_is_json_for_tools) {
  const Finished finished = runproof({"list", "--json", "sample.passes"});
  const base::Json list = base::parse_json(finished.out);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list.at(0), (base::Json{{"id", "sample.passes"},
                                    {"area", "sample"},
                                    {"level", "must"},
                                    {"clause", "runtime.md#kill"},
                                    {"claim", "one is one"},
                                    {"needs", base::Json::array()},
                                    {"tags", {"quick"}},
                                    {"lock", ""},
                                    {"limit_ms", 20000}}));
}

TEST_F(Runner, explain_says_why_a_case_would_be_skipped) {
  EXPECT_THAT(runproof({"explain", "sample.skips"}).out, HasSubstr("moon: no: there is no moon tonight"));
}

TEST_F(Runner, the_runtime_may_come_from_the_environment) {
  EXPECT_EQ(runproof({"run", "sample.passes"}, {std::string("RUNPROOF_RUNTIME=") + FAKE_RUNTIME}).exit, 0);
}

TEST_F(Runner, completion_is_a_script_that_bash_takes) {
  const Finished finished = runproof({"completion", "bash"});
  const Finished bash =
      run({.argv = {"bash", "-c",
                    finished.out + "\nCOMP_WORDS=(" SELFTEST
                                   " run sample.pa); COMP_CWORD=2; _runproof; echo \"${COMPREPLY[@]}\""}});
  EXPECT_EQ(bash.out, "sample.passes\n") << bash;
}

}  // namespace
}  // namespace runproof
