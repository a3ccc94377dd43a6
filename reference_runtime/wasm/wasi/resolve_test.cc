#include "reference_runtime/wasm/wasi/resolve.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "reference_runtime/wasm/wasi/test_guest.h"

namespace refrun::wasm::wasi {
namespace {

namespace fs = std::filesystem;

/// inside/{file,dir/{deep,up -> ..},link -> file,...} and a secret beside it.
class Beneath : public testing::TestWithParam<Resolver> {
 protected:
  Beneath() {
    const fs::path inside = box.root / "inside";
    fs::create_directory(inside / "dir");
    base::write_file(box.root / "secret", "secret");
    base::write_file(inside / "file", "file");
    base::write_file(inside / "dir/deep", "deep");
    const auto link = [&](const char* target, const char* name) { fs::create_symlink(target, inside / name); };
    link("file", "to_file");
    link("dir", "to_dir");
    link("../secret", "to_secret");
    link("/etc/passwd", "to_passwd");
    link("..", "to_parent");
    link("loop", "loop");
    link("dir/../file", "zigzag");
    link("../file", "dir/to_file_above");
    link("../../secret", "dir/to_secret_above");
    directory = base::open_file(inside, O_PATH | O_DIRECTORY);
  }
  std::string open(std::string_view path, int flags = O_RDONLY) {
    try {
      return base::read_all(open_beneath(directory.get(), path, flags, 0, GetParam()).get());
    } catch (const Refusal& refusal) {
      return std::to_string(static_cast<int>(refusal.error));
    }
  }
  static std::string refused(Errno error) { return std::to_string(static_cast<int>(error)); }

  TestGuest box;
  base::UniqueFd directory;
};

TEST_P(Beneath, what_lies_inside_opens) {
  for (const char* path : {"file", "./file", "dir/../file", "to_file", "to_dir/../file", "dir//..///file", "zigzag",
                           "dir/to_file_above", "dir/./../dir/../file", "to_dir/to_file_above"}) {
    EXPECT_EQ(open(path), "file") << path;
  }
  EXPECT_EQ(open("to_dir/deep"), "deep");
}

TEST_P(Beneath, what_leads_out_does_not) {
  for (const char* path :
       {"../secret", "dir/../../secret", "to_secret", "to_passwd", "/etc/passwd", "/", "..", "to_parent",
        "to_parent/secret", "dir/to_secret_above", "./../secret", "to_dir/../../secret"}) {
    EXPECT_EQ(open(path), refused(Errno::perm)) << path;
  }
}

TEST_P(Beneath, errors_are_the_kernels) {
  EXPECT_EQ(open("missing"), refused(Errno::noent));
  EXPECT_EQ(open(""), refused(Errno::noent));
  EXPECT_EQ(open("loop"), refused(Errno::loop));
  EXPECT_EQ(open("file/x"), refused(Errno::notdir));
  EXPECT_EQ(open("file/"), refused(Errno::notdir));
  EXPECT_EQ(open("to_file", O_RDONLY | O_NOFOLLOW), refused(Errno::loop));
}

TEST_P(Beneath, places_are_cut_before_the_last_component) {
  const auto place = [&](std::string_view path) {
    const Place found = place_beneath(directory.get(), path, GetParam());
    return fs::read_symlink("/proc/self/fd/" + std::to_string(found.parent.get())).filename().string() + ":" +
           found.name;
  };
  EXPECT_EQ(place("new"), "inside:new");
  EXPECT_EQ(place("dir/new/"), "dir:new");
  EXPECT_EQ(place("to_dir//new"), "dir:new");
  EXPECT_EQ(place("to_secret"), "inside:to_secret");
  for (const char* path : {"../new", "to_parent/new", "/new", "dir/../../new"})
    EXPECT_THROW(place(path), Refusal) << path;
  for (const char* path : {".", "dir/..", "..", "dir/."}) EXPECT_THROW(place(path), Refusal) << path;
}

TEST_P(Beneath, a_rename_meanwhile_does_not_lead_out) {
  fs::create_directories(box.root / "inside/a/b");
  fs::create_directory(box.root / "outside");
  base::write_file(box.root / "inside/a/secret", "fine");
  std::atomic<bool> stop = false;
  std::thread mover([&] {
    // b goes out and in again: its ".." is the outside for a while.
    while (!stop) {
      rename((box.root / "inside/a/b").c_str(), (box.root / "outside_b").c_str());
      rename((box.root / "outside_b").c_str(), (box.root / "inside/a/b").c_str());
    }
  });
  int leaks = 0;
  for (int i = 0; i < 20000; ++i) leaks += open("a/b/../secret") == "secret";
  stop = true;
  mover.join();
  EXPECT_EQ(leaks, 0);
}

INSTANTIATE_TEST_SUITE_P(both, Beneath, testing::Values(Resolver::best, Resolver::hand),
                         [](const auto& one) { return one.param == Resolver::best ? "openat2" : "by_hand"; });

}  // namespace
}  // namespace refrun::wasm::wasi
