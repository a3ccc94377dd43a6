#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "reference_runtime/seccomp/cache.h"

namespace refrun {
namespace {

namespace fs = std::filesystem;

class SeccompCache : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = "/tmp/refrun-seccomp-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    scratch_ = pattern;
    directory_ = scratch_ + "/cache";
  }
  void TearDown() override { fs::remove_all(scratch_); }

  static Seccomp config(std::uint32_t error) {
    Seccomp made;
    made.default_action = SCMP_ACT_ALLOW;
    made.syscalls.push_back(
        {.names = {"getppid", "no_such_call"}, .action = SCMP_ACT_ERRNO(0), .errno_ret = error, .args = {}});
    return made;
  }
  static std::string bytes(const SeccompFilter& filter) {
    return {reinterpret_cast<const char*>(filter.program.data()), filter.program.size() * sizeof(sock_filter)};
  }
  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> list;
    if (fs::exists(directory_))
      for (const auto& entry : fs::directory_iterator(directory_)) list.push_back(entry.path());
    return list;
  }

  std::string scratch_;
  std::string directory_;
};

TEST_F(SeccompCache, GivesTheSameASecondTime) {
  const SeccompFilter compiled = compile_seccomp(config(5));
  const SeccompFilter first = compile_seccomp_cached(config(5), directory_);
  ASSERT_EQ(files().size(), 1U);
  const SeccompFilter second = compile_seccomp_cached(config(5), directory_);

  for (const SeccompFilter* filter : {&first, &second}) {
    EXPECT_EQ(bytes(*filter), bytes(compiled));
    EXPECT_EQ(filter->flags, compiled.flags);
    EXPECT_EQ(filter->warnings, compiled.warnings);
  }
}

TEST_F(SeccompCache, TheFileIsWhatIsUsed) {
  (void)compile_seccomp_cached(config(5), directory_);
  std::string text = base::read_file(files().at(0));
  const std::string program = bytes(compile_seccomp(config(5)));
  const auto at = text.find(program);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, program.size(), std::string(program.size(), '\x07'));
  base::write_file(files().at(0), text, 0600);

  EXPECT_EQ(bytes(compile_seccomp_cached(config(5), directory_)), std::string(program.size(), '\x07'));
}

TEST_F(SeccompCache, AnotherConfigurationIsNeverTakenForIt) {
  (void)compile_seccomp_cached(config(5), directory_);
  const fs::path file = files().at(0);
  const std::string other = base::read_file(file);

  // Whatever slot it belongs to, it finds the other one's file there.
  for (int slot = 0; slot < 64; ++slot) base::write_file(directory_ + "/" + std::to_string(slot) + ".bpf", other, 0600);

  EXPECT_EQ(bytes(compile_seccomp_cached(config(6), directory_)), bytes(compile_seccomp(config(6))));
}

TEST_F(SeccompCache, DamagedFilesAreCompiledAnew) {
  (void)compile_seccomp_cached(config(5), directory_);
  const fs::path file = files().at(0);
  const std::string whole = base::read_file(file);
  const std::string expected = bytes(compile_seccomp(config(5)));

  for (const std::size_t length : {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    base::write_file(file, whole.substr(0, length), 0600);
    EXPECT_EQ(bytes(compile_seccomp_cached(config(5), directory_)), expected) << length;
  }
  base::write_file(file, whole + "x", 0600);
  EXPECT_EQ(bytes(compile_seccomp_cached(config(5), directory_)), expected);
}

TEST_F(SeccompCache, FoldersThatOthersMayWriteAreNotUsed) {
  fs::create_directory(directory_);
  ::chmod(directory_.c_str(), 0777);

  EXPECT_EQ(bytes(compile_seccomp_cached(config(5), directory_)), bytes(compile_seccomp(config(5))));

  EXPECT_TRUE(files().empty());
}

TEST_F(SeccompCache, LinksAreNotFollowed) {
  fs::create_directory(scratch_ + "/elsewhere");
  fs::create_symlink(scratch_ + "/elsewhere", directory_);

  (void)compile_seccomp_cached(config(5), directory_);

  EXPECT_TRUE(fs::is_empty(scratch_ + "/elsewhere"));
}

}  // namespace
}  // namespace refrun
