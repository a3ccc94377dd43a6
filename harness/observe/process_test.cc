#include "harness/observe/process.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <thread>

#include "base/sanitizer.h"
#include "harness/observe/testing.h"

namespace runproof {
namespace {

using testing::Contains;
using testing::ElementsAre;

TEST(ParseStat, NamesMayHoldAnything) {
  const auto stat = parse_stat(
      "4711 (a) R (b) Z 12 34 56 34816 -1 4194560 1 2 3 4 5 6 7 8 20 0 9 0 123456789 100 200 18446744073709551615\n");

  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 4711);
  EXPECT_EQ(stat->name, "a) R (b");
  EXPECT_EQ(stat->state, 'Z');
  EXPECT_TRUE(stat->is_zombie());
  EXPECT_EQ(stat->ppid, 12);
  EXPECT_EQ(stat->group, 34);
  EXPECT_EQ(stat->session, 56);
  EXPECT_EQ(stat->tty, 34816);
  EXPECT_FALSE(stat->exiting);
  EXPECT_EQ(stat->threads, 9);
  EXPECT_EQ(stat->start_time, 123456789U);
}

TEST(ParseStat, RefusesWhatIsNone) {
  EXPECT_TRUE(parse_stat("1 (a) S 0 1 1 0 -1 4194564 0 0 0 0 0 0 0 0 20 0 1 0 9 100 200 1\n")->exiting);
  EXPECT_FALSE(parse_stat(""));
  EXPECT_FALSE(parse_stat("1 init S 0"));
  EXPECT_FALSE(parse_stat(")1( S 0"));
  EXPECT_FALSE(parse_stat("1 (init) S 0 1 1"));
}

TEST(ParseStatus, ReadsEachLine) {
  const ProcessStatus status = parse_status(
      "Name:\tprobe\nUmask:\t0027\nState:\tD (disk "
      "sleep)\nTgid:\t5\nNgid:\t0\nPid:\t5\nPPid:\t1\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\n"
      "Groups:\t10 20 "
      "\nNStgid:\t5\t1\nNSpid:\t5\t1\nThreads:\t3\nSigQ:\t0/1\nSigPnd:\t0000000000000100\nShdPnd:\t0000000000004000\n"
      "SigBlk:\t0000000000000001\nSigIgn:\t0000000000001000\nSigCgt:\t8000000000000000\nCapInh:\t0000000000000001\n"
      "CapPrm:\t000001ffffffffff\nCapEff:\t0000000000000003\nCapBnd:\t0000000000000004\nCapAmb:"
      "\t0000000000000005\nNoNewPrivs:\t1\n"
      "Seccomp:\t2\nSeccomp_filters:\t4\nCpus_allowed_list:\t0-3,8\nMems_allowed_list:\t0\n");

  EXPECT_EQ(status.name, "probe");
  EXPECT_EQ(status.umask, 0027U);
  EXPECT_EQ(status.state, 'D');
  EXPECT_EQ(status.ppid, 1);
  EXPECT_THAT(status.uids, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(status.gids, ElementsAre(5, 6, 7, 8));
  EXPECT_THAT(status.groups, ElementsAre(10, 20));
  EXPECT_THAT(status.pids_by_namespace, ElementsAre(5, 1));
  EXPECT_EQ(status.threads, 3);
  EXPECT_EQ(signal_names(status.pending | status.shared_pending), "KILL TERM");
  EXPECT_EQ(signal_names(status.blocked), "HUP");
  EXPECT_EQ(signal_names(status.ignored), "PIPE");
  EXPECT_EQ(signal_names(status.caught), "RT32");
  EXPECT_EQ(status.cap_permitted, 0x1ffffffffffU);
  EXPECT_EQ(status.cap_effective, 3U);
  EXPECT_EQ(status.cap_ambient, 5U);
  EXPECT_TRUE(status.no_new_privileges);
  EXPECT_EQ(status.seccomp, 2);
  EXPECT_EQ(status.seccomp_filters, 4);
  EXPECT_EQ(status.cpus_allowed, "0-3,8");
}

TEST(ParseStatus, KeepsDefaultsForWhatIsMissing) {
  const ProcessStatus status = parse_status("Name:\told\nSeccomp:\n");
  EXPECT_EQ(status.umask, std::nullopt);
  EXPECT_EQ(status.seccomp, 0);
  EXPECT_TRUE(status.groups.empty());
}

TEST(ParseLimits, ReadsColumns) {
  const std::vector<Limit> limits = parse_limits(
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max cpu time              unlimited            unlimited            seconds   \n"
      "Max open files            1024                 524288               files     \n"
      "Max nice priority         0                    0                    \n");

  ASSERT_EQ(limits.size(), 3U);
  EXPECT_EQ(limits[0].soft, std::nullopt);
  EXPECT_EQ(limits[1].name, "Max open files");
  EXPECT_EQ(limits[1].soft, 1024U);
  EXPECT_EQ(limits[1].hard, 524288U);
  EXPECT_EQ(limits[2].hard, 0U);
}

TEST(Process, ReadsOurOwn) {
  const pid_t pid = ::getpid();

  EXPECT_EQ(proc_stat(pid).value().ppid, ::getppid());
  EXPECT_EQ(proc_status(pid).value().uids[1], ::geteuid());
  EXPECT_THAT(cmdline_of(pid).value().front(), testing::EndsWith(::program_invocation_short_name));
  EXPECT_FALSE(environ_of(pid).value().empty());
  EXPECT_THAT(link_of(pid, "exe").value(), testing::EndsWith(::program_invocation_short_name));
  EXPECT_GT(limits_of(pid).value().size(), 10U);
  EXPECT_TRUE(oom_score_adj_of(pid));
  EXPECT_THAT(threads_of(pid), ElementsAre(pid));
  EXPECT_THAT(all_processes(), Contains(pid));
  const base::FdPair pipe = base::make_pipe();
  EXPECT_THAT(fds_of(pid), Contains(testing::AllOf(testing::Field(&OpenFd::fd, pipe.first.get()),
                                                   testing::Field(&OpenFd::target, testing::StartsWith("pipe:[")))));
  EXPECT_TRUE(is_same(pid, proc_stat(pid)->start_time));
  EXPECT_FALSE(is_same(pid, proc_stat(pid)->start_time + 1));
}

TEST(Process, CountsEveryThread) {
  if (base::kSanitizerAddsThread) GTEST_SKIP() << "the sanitizer has a thread of its own";
  std::barrier both_are_there(2);
  std::barrier may_go(2);
  pid_t other = 0;
  std::thread thread([&] {
    other = ::gettid();
    both_are_there.arrive_and_wait();
    may_go.arrive_and_wait();
  });
  both_are_there.arrive_and_wait();
  EXPECT_THAT(threads_of(::getpid()), testing::UnorderedElementsAre(::getpid(), other));
  may_go.arrive_and_wait();
  thread.join();
}

TEST(Process, ReadsAChildWithAStrangeName) {
  const base::FdPair pipe = base::make_pipe();
  const Forked child([&] {
    ::prctl(PR_SET_NAME, ") Z 1 (");
    base::write_all(pipe.second.get(), "x");
    pause_for_ever();
  });
  char byte = 0;
  ASSERT_EQ(::read(pipe.first.get(), &byte, 1), 1);

  EXPECT_EQ(proc_stat(child.pid()).value().name, ") Z 1 (");
  EXPECT_EQ(proc_stat(child.pid()).value().ppid, ::getpid());
  EXPECT_TRUE(wchan_of(child.pid()));
  EXPECT_THAT(children_of(::getpid()), ElementsAre(child.pid()));
}

TEST(Process, NobodyIsNothing) {
  Forked child([] {});
  const pid_t pid = child.pid();
  child.reap();

  EXPECT_FALSE(proc_stat(pid));
  EXPECT_FALSE(proc_status(pid));
  EXPECT_FALSE(cmdline_of(pid));
  EXPECT_FALSE(wchan_of(pid));
  EXPECT_FALSE(limits_of(pid));
  EXPECT_FALSE(link_of(pid, "exe"));
  EXPECT_TRUE(fds_of(pid).empty());
  EXPECT_TRUE(threads_of(pid).empty());
  EXPECT_FALSE(is_same(pid, 0));
}

}  // namespace
}  // namespace runproof
