#include "reports/matrix_grid.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "reports/fixture.h"
#include "reports/matrix.h"

namespace reports {
namespace {

using testing::ElementsAre;

class MatrixGrid : public testing::Test {
 protected:
  const Row& row(const std::string& clause) const {
    const std::vector<Row>& rows = grid.files.at(clause.substr(0, clause.find('#')));
    return *std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.clause == clause; });
  }

  std::vector<NamedLog> logs = {named_fixture("refrun"), named_fixture("runc"), named_fixture("crun")};
  std::vector<NamedLog> baseline = {named_fixture("runc-before")};
  Grid grid = make_grid(logs, baseline);
};

TEST_F(MatrixGrid, ACellIsTheWorstOfItsCases) {
  const Row& kill = row("runtime.md#kill");
  EXPECT_EQ(kill.cells[0]->outcome, Outcome::passed);
  EXPECT_EQ(kill.cells[1]->outcome, Outcome::failed) << "and not xpass, which is there as well";
  EXPECT_EQ(kill.cells[1]->cases.size(), 10U);
  EXPECT_EQ(kill.cells[1]->passed, 8U);
  EXPECT_THAT(kill.levels, ElementsAre("must", "hardening", "cli"));
}

TEST_F(MatrixGrid, TheWorstCaseOfACellComesFirst) {
  const std::vector<const CaseRun*>& cases = row("runtime.md#kill").cells[1]->cases;
  EXPECT_EQ(cases[0]->outcome(), Outcome::failed);
  EXPECT_EQ(cases[1]->outcome(), Outcome::xpass);
  EXPECT_EQ(cases[2]->outcome(), Outcome::passed);
}

TEST_F(MatrixGrid, APassThatLeaksIsRedAndNotCountedAsPassed) {
  const Cell& kill = *row("runtime.md#kill").cells[2];
  EXPECT_EQ(kill.outcome, Outcome::passed);
  EXPECT_TRUE(kill.leak);
  EXPECT_TRUE(kill.red());
  EXPECT_EQ(kill.passed, 9U);
}

TEST_F(MatrixGrid, SkippedBesidePassedIsPassedWithItsShare) {
  const Cell& memory = *row("config-linux.md#memory").cells[0];
  EXPECT_EQ(memory.outcome, Outcome::passed);
  EXPECT_EQ(memory.passed, 1U);
  EXPECT_EQ(memory.cases.size(), 2U);
}

TEST_F(MatrixGrid, RowsKnowWhetherRuntimesDifferOrAreRed) {
  EXPECT_TRUE(row("glossary.md#json").red());
  EXPECT_TRUE(row("glossary.md#json").differs());
  EXPECT_FALSE(row("runtime.md#create").differs());
  EXPECT_TRUE(row("config-linux.md#seccomp").differs());
  EXPECT_FALSE(row("config-linux.md#seccomp").red()) << "soft is not red";
}

TEST_F(MatrixGrid, OnlyTheColumnWithABaselineHasChanges) {
  EXPECT_FALSE(grid.columns[0].diff);
  EXPECT_TRUE(grid.columns[1].diff);
  const Row& removal = row("runtime.md#delete");
  EXPECT_TRUE(removal.cells[1]->worse);
  EXPECT_FALSE(removal.cells[2]->worse);
  EXPECT_TRUE(row("config.md#valid-values").cells[1]->better);
  EXPECT_TRUE(row("runtime.md#state").cells[1]->worse) << "flaky now";
  EXPECT_FALSE(row("glossary.md#json").changed()) << "red before, red now";
}

TEST_F(MatrixGrid, AClauseThatARunLacksHasNoCell) {
  const std::vector<NamedLog> few = {named_fixture("runc"), named_fixture("repeat")};
  const Grid other = make_grid(few, {});
  EXPECT_FALSE(other.files.at("glossary.md").front().cells[1]);
  EXPECT_THAT((std::vector<std::string>{other.columns[0].title, other.columns[1].title}),
              ElementsAre("runc 1.1.5, runc", "runc 1.1.5, repeat"));
  EXPECT_NE(render_matrix(few).find("not in this run"), std::string::npos);
}

TEST(Matrix, OfNothingIsAPage) { EXPECT_NE(render_matrix({}).find("</html>"), std::string::npos); }

}  // namespace
}  // namespace reports
