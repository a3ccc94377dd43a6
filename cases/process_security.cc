// config.md#linux-process: noNewPrivileges, oomScoreAdj.
#include "base/file.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

namespace {

/// Of ourselves, so of the runtime.
void score_ourselves(int score) { base::write_control("/proc/self/oom_score_adj", std::to_string(score)); }

}  // namespace

CONFORMANCE_CASE(process, nnp_true, .clause = "config.md#linux-process", .level = descr,
                 .claim = "with noNewPrivileges the program has no_new_privs", .faults = {"set_no_new_privileges"}) {
  Serving box = serving(Config::minimal({}).set("/process/noNewPrivileges", true));

  EXPECT_THAT(box.ask({"caps"}), Field("no_new_privileges", true));
  EXPECT_TRUE(proc_status(box.pid())->no_new_privileges);
}

CONFORMANCE_CASE(process, nnp_false, .clause = "config.md#linux-process", .level = descr,
                 .claim = "with noNewPrivileges false the program has no no_new_privs",
                 .faults = {"config:set:/process/noNewPrivileges=true"}) {
  Serving box = serving(Config::minimal({}).set("/process/noNewPrivileges", false));

  EXPECT_THAT(box.ask({"caps"}), Field("no_new_privileges", false));
  EXPECT_FALSE(proc_status(box.pid())->no_new_privileges);
}

CONFORMANCE_CASE(process, oom_score_adj_set, .clause = "config.md#linux-process", .level = must,
                 .claim = "oomScoreAdj becomes the program's oom_score_adj", .faults = {"set_oom_score"}) {
  Serving box = serving(Config::minimal({}).set("/process/oomScoreAdj", 500));

  EXPECT_THAT(box.ask({"oom_score_adj"}), Field("oom_score_adj", 500));
  EXPECT_EQ(oom_score_adj_of(box.pid()), 500);
}

CONFORMANCE_CASE(process, oom_score_adj_zero, .clause = "config.md#linux-process", .level = must,
                 .claim = "an oomScoreAdj of 0 is set, too, where the runtime's own is another",
                 .faults = {"set_oom_score"}) {
  score_ourselves(100);

  Serving box = serving(Config::minimal({}).set("/process/oomScoreAdj", 0));

  EXPECT_THAT(box.ask({"oom_score_adj"}), Field("oom_score_adj", 0));
  EXPECT_EQ(oom_score_adj_of(box.pid()), 0);
}

CONFORMANCE_CASE(process, oom_score_adj_unset, .clause = "config.md#linux-process", .level = must,
                 .claim = "without oomScoreAdj the program keeps the runtime's oom_score_adj",
                 .faults = {"config:set:/process/oomScoreAdj=0"}) {
  score_ourselves(100);

  Serving box = serving();

  EXPECT_THAT(box.ask({"oom_score_adj"}), Field("oom_score_adj", 100));
  EXPECT_EQ(oom_score_adj_of(box.pid()), 100);
}

namespace {

struct BadScore {
  std::string_view name;
  int score;
};
constexpr BadScore kBadScores[] = {{"above", 1001}, {"below", -1001}};

}  // namespace

CONFORMANCE_CASE_FOR(process, oom_score_adj_out_of_range, bad, kBadScores, .clause = "runtime.md#create", .level = must,
                     .claim = "an oomScoreAdj that the kernel does not take is an error",
                     .faults = {"config:drop:/process/oomScoreAdj"}) {
  Container box = container(Config::minimal({"/probe", "true"}).set("/process/oomScoreAdj", bad.score));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof
