// The fixture, the containers and the matchers against runtimes that are small shell scripts.
#include <gtest/gtest-spi.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "harness/case.h"
#include "harness/spawn/reaper.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

/// What the case under test does; run_case wants a registered one.
std::function<void(Fixture&)>& act() {
  static std::function<void(Fixture&)> action;
  return action;
}

class Fake : public Fixture {
 public:
  using Fixture::ask;
  using Fixture::container;
  using Fixture::created;
  using Fixture::require;
  using Fixture::runtime;
  explicit Fake(CaseInfo info) : info_(std::move(info)) {}
  void TestBody() override {
    guarded(info_, [this] { act()(*this); });
  }

 private:
  CaseInfo info_;
};

class FixtureTest : public testing::Test {
 protected:
  void SetUp() override {
    Reaper::instance().enable();
    fs::remove_all(home_);
    fs::create_directories(home_ / "scratch");
  }
  void TearDown() override { fs::remove_all(home_); }

  /// A runtime whose `--version` says "fake 1" and which does `script` for everything else; $verb is the verb, $root
  /// the --root.
  void use(const std::string& script) {
    const fs::path path = home_ / "fake";
    base::write_file(path,
                     "#!/bin/sh\n[ \"$1\" = --version ] && { echo fake 1; exit 0; }\n[ \"$1\" = features ] && exit 1\n"
                     "root=$2; shift 6; verb=$1\n" +
                         script + "\n",
                     0755);
    chmod(path.c_str(), 0755);
    Context context;
    context.runtime = identify_runtime(path.string());
    context.scratch = home_ / "scratch";
    context.stage = home_ / "stage";
    context.probe = Stage::built_probe();
    context.deadline_scale = 0.2;
    context.run_id = "t" + std::to_string(getpid());
    set_context(context);
  }

  /// Judges `body` as the body of a case. Not through GoogleTest, which is busy with this test.
  Evidence judged(std::function<void(Fake&)> body, CaseInfo info = {}) {
    reset_evidence();
    act() = [&](Fixture& fixture) { body(static_cast<Fake&>(fixture)); };
    testing::TestPartResultArray failures;
    {
      testing::ScopedFakeTestPartResultReporter collector(
          testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
      Fake(std::move(info)).TestBody();
    }
    for (int i = 0; i < failures.size(); ++i) seen_ += failures.GetTestPartResult(i).message();
    return evidence();
  }

  const fs::path home_ = fs::temp_directory_path() / ("fixture_test." + std::to_string(getpid()));
  std::string seen_;  ///< messages of broken expectations
};

TEST_F(FixtureTest, UnmetNeedSkips) {
  use("exit 0");
  const Need never{"never", [](const Facts&) { return false; }, "there is no such host"};

  const Evidence report = judged([](Fake&) { FAIL() << "the body ran"; }, {.needs = {never}});
  EXPECT_EQ(report.outcome, Outcome::skipped);
  EXPECT_EQ(report.message, "never: there is no such host");
  EXPECT_EQ(seen_.find("the body ran"), std::string::npos);
}

TEST_F(FixtureTest, AnArrangerThatFailsIsTheRuntimesFault) {
  use("echo no >&2; exit 1");

  const Evidence report = judged([](Fake& fake) { (void)fake.created({"/probe", "true"}); }, {.level = Level::must});
  EXPECT_EQ(report.outcome, Outcome::failed);
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_THAT(report.failures[0].text, testing::HasSubstr("stderr: no"));
}

TEST_F(FixtureTest, LevelNamesTheFailure) {
  use("exit 1");
  const auto body = [](Fake& fake) { fake.require(fake.runtime({"state"})); };
  EXPECT_EQ(judged(body, {.level = Level::cli}).outcome, Outcome::soft);
  EXPECT_EQ(judged(body, {.level = Level::vendor}).outcome, Outcome::info);
}

TEST_F(FixtureTest, BrokenIsNotTheRuntimesFault) {
  use("exit 0");

  const Evidence report = judged([](Fake&) { throw Broken("stage", "no space"); });
  EXPECT_EQ(report.outcome, Outcome::broken);
  EXPECT_EQ(report.message, "stage: no space");
}

/// Runs `body` in a child process, and tells how that exited. A bystander is then no descendant of the child's.
int in_a_worker(const std::function<int()>& body) {
  const pid_t worker = fork();
  if (worker == 0) {
    Reaper::instance().enable();
    _exit(body());
  }
  int status = 0;
  waitpid(worker, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(FixtureTest, AProcessThatTheRuntimeOnlyNamesIsLeftAlone) {
  const pid_t bystander = fork();
  if (bystander == 0) {
    pause();
    _exit(0);
  }
  use("[ $verb = create ] && echo " + std::to_string(bystander) + " >$5; exit 0");

  const int told = in_a_worker([&] {
    const Evidence report = judged([](Fake& fake) { (void)fake.created({"/probe", "true"}).init(); });
    return report.outcome == Outcome::failed && report.failures.size() == 1 &&
                   report.failures[0].text.find("does not descend from the runtime") != std::string::npos
               ? 0
               : 1;
  });
  EXPECT_EQ(told, 0) << "the case does not say whose process that is";
  EXPECT_EQ(waitpid(bystander, nullptr, WNOHANG), 0) << "the harness killed a process that is not the container's";
  ::kill(bystander, SIGKILL);
  waitpid(bystander, nullptr, 0);
}

TEST_F(FixtureTest, WhatCannotBeReadIsTheRuntimesFault) {
  use("echo '{\"a\": 1'; exit 0");
  EXPECT_EQ(judged([](Fake& fake) { (void)base::parse_json(fake.runtime({"features"}).out); }).outcome,
            Outcome::failed);
  EXPECT_EQ(judged([](Fake&) { (void)base::parse_json("[]").at("a"); }).outcome, Outcome::failed);
}

TEST_F(FixtureTest, UnsupportedMayShowLate) {
  use("exit 0");
  EXPECT_EQ(judged([](Fake&) { throw Unsupported("it says so"); }).outcome, Outcome::unsupported);
}

TEST_F(FixtureTest, SilenceOfTheProgramIsAFailure) {
  use("exit 0");

  const Evidence report = judged([](Fake& fake) { (void)fake.ask(Config::minimal({}), {"/probe", "ids"}); });
  EXPECT_EQ(report.outcome, Outcome::failed);
}

TEST_F(FixtureTest, EveryCommandIsEvidence) {
  use("echo out; echo err >&2; exit 3");

  const Evidence report = judged([](Fake& fake) { (void)fake.runtime({"state", "x"}); });
  ASSERT_EQ(report.commands.size(), 1U);
  EXPECT_EQ(report.commands[0].exit, 3);
  EXPECT_EQ(report.commands[0].out, "out\n");
  EXPECT_EQ(report.commands[0].err, "err\n");
  EXPECT_GT(report.runtime_time.count(), 0);
}

TEST_F(FixtureTest, LeftStateIsALeak) {
  use("[ $verb = create ] && mkdir -p $root/kept-by-fake; [ $verb = create ]");

  const Evidence report = judged([](Fake& fake) {
    Container box = fake.container(Config::minimal({"/probe", "true"}));
    fs::create_directories(context().scratch / "root" / box.id());
    (void)box.create();
  });
  ASSERT_EQ(report.leftovers.size(), 1U);
  EXPECT_EQ(report.leftovers[0].kind, "state");
}

/// What FailsCleanly says of `verb` of this runtime.
bool fails_cleanly(Fake& fake, const std::string& verb) { return testing::Value(fake.runtime({verb}), FailsCleanly()); }

TEST_F(FixtureTest, FailsCleanlyWantsAnErrorWithAMessage) {
  use(R"(case $verb in
      good) echo refused >&2; exit 1 ;;
      zero) echo refused >&2; exit 0 ;;
      mute) exit 1 ;;
      signal) echo refused >&2; kill -9 $$ ;;
      state) echo refused >&2; mkdir -p $root/new; exit 1 ;;
      esac)");
  (void)judged([](Fake& fake) {
    EXPECT_TRUE(fails_cleanly(fake, "good"));
    EXPECT_FALSE(fails_cleanly(fake, "zero"));
    EXPECT_FALSE(fails_cleanly(fake, "mute"));
    EXPECT_FALSE(fails_cleanly(fake, "signal"));
    EXPECT_FALSE(fails_cleanly(fake, "state"));
  });
  EXPECT_EQ(seen_, "");
}

TEST_F(FixtureTest, FailsCleanlySeesAProcessLeftBehind) {
  use("echo refused >&2; tail -f /dev/null >/dev/null 2>&1 & exit 1");

  (void)judged([](Fake& fake) {
    const Answer answer = fake.runtime({"create"});
    ASSERT_EQ(answer.left_behind.size(), 1U);
    EXPECT_EQ(answer.left_behind[0].kind, "process");
    kill(static_cast<pid_t>(std::stol(answer.left_behind[0].what)), SIGKILL);
  });
  EXPECT_EQ(seen_, "");
}

TEST_F(FixtureTest, StateThatIsNoStateFailsTheCase) {
  use("echo garbage");
  const auto status = [](Fake& fake) { (void)fake.container(Config::minimal({})).status(); };
  EXPECT_EQ(judged(status).outcome, Outcome::failed);
  use("echo '{\"status\":\"dreaming\"}'");
  EXPECT_EQ(judged(status).outcome, Outcome::failed);
}

TEST(Footprint, TheRootGroupsAreNobodysOwn) {
  Places places;
  for (const Hierarchy& hierarchy : mounted_hierarchies())
    places.groups.push_back({.dir = hierarchy.mount, .v2 = hierarchy.v2});

  EXPECT_THAT(take_footprint(places).things, testing::IsEmpty());
}

TEST(FieldMatcher, LooksAtMembersAndPointers) {
  const base::Json json = {{"pid", 7}, {"name", "x"}, {"a", {{"b", {1, 2}}}}};
  EXPECT_THAT(json, Field("pid", 7));
  EXPECT_THAT(json, Field("name", "x"));
  EXPECT_THAT(json, Field("/a/b/1", 2));
  EXPECT_THAT(json, testing::Not(Field("pid", 8)));
  EXPECT_THAT(json, testing::Not(Field("uid", 8)));
  EXPECT_THAT(json, NoField("uid"));
  EXPECT_THAT(json, testing::Not(NoField("pid")));
}

TEST(IdentifyRuntime, NamesWhatIsWrong) {
  EXPECT_THROW((void)identify_runtime("/no/such/runtime"), std::invalid_argument);
  EXPECT_THROW((void)identify_runtime("no-such-runtime-in-path"), std::invalid_argument);
  EXPECT_THROW((void)identify_runtime("/tmp"), std::invalid_argument);
  EXPECT_THROW((void)identify_runtime("/bin/true", "docker"), std::invalid_argument);
}

TEST(IdentifyRuntime, GoesThroughJson) {
  const Runtime before = identify_runtime("/bin/true", "crun");
  const Runtime after = base::Json(before).get<Runtime>();
  EXPECT_EQ(after.path, before.path);
  EXPECT_EQ(after.adapter, find_adapter("crun"));
  EXPECT_TRUE(after.features.is_null());
}

}  // namespace
}  // namespace runproof
