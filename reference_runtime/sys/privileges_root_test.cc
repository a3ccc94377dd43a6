#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference_runtime/sys/privileges.h"

namespace refrun {
namespace {

/// What a process sees of its privileges after unshare(2) of these, as a number: may_mount, may_map_ids, full.
int privileges_after(int first, int second) {
  const pid_t child = ::fork();
  if (child == 0) {
    if ((first != 0 && ::unshare(first) != 0) || (second != 0 && ::unshare(second) != 0)) ::_exit(99);
    const Privileges own = own_privileges();
    ::_exit((own.may_mount ? 100 : 0) + (own.may_map_ids ? 10 : 0) + (own.full() ? 1 : 0));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST(PrivilegesRoot, TheHostsRootMayDoAll) {
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  EXPECT_EQ(privileges_after(0, 0), 111);
}

TEST(PrivilegesRoot, ANewUserNamespaceHasNoSayInTheMountsAroundIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  EXPECT_EQ(privileges_after(CLONE_NEWUSER, 0), 10);
}

TEST(PrivilegesRoot, ItHasOnceItHasAMountNamespaceOfItsOwn) {
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  EXPECT_EQ(privileges_after(CLONE_NEWUSER, CLONE_NEWNS), 110);
}

}  // namespace
}  // namespace refrun
