#include <fcntl.h>
#include <gtest/gtest.h>

#include <set>

#include "reference_runtime/wasm/wasi/test_guest.h"

namespace refrun::wasm::wasi {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  Errno write(Fd fd, std::string_view text) {
    const Size length = box.put(TestGuest::kData, text);
    return box.call(fd_write, fd, box.vector(TestGuest::kData, length), 1, TestGuest::kOut);
  }
  std::string read(Fd fd, Size length = 100) {
    const Errno error = box.call(fd_read, fd, box.vector(TestGuest::kData, length), 1, TestGuest::kOut);
    return error == Errno::success ? box.get(TestGuest::kData, box.out()) : std::to_string(static_cast<int>(error));
  }
  Fd make(std::string_view path, std::string_view text = "") {
    EXPECT_EQ(box.open(path, kCreat, kAllRights), Errno::success);
    const Fd fd = box.out();
    if (!text.empty()) {
      EXPECT_EQ(write(fd, text), Errno::success);
    }
    return fd;
  }
  template <typename Function, typename... Extra>
  Errno on_path(Function function, std::string_view path, Extra... extra) {
    return box.call(function, 3, TestGuest::kPath, box.put(TestGuest::kPath, path), extra...);
  }
  Filestat stat(std::string_view path, std::uint32_t lookup = kSymlinkFollow) {
    EXPECT_EQ(box.call(path_filestat_get, 3, lookup, TestGuest::kPath, box.put(TestGuest::kPath, path), 128),
              Errno::success);
    return box.guest.read<Filestat>(128);
  }
  Errno rename(std::string_view from, std::string_view to) {
    const Size a = box.put(TestGuest::kPath, from);
    return box.call(path_rename, 3, TestGuest::kPath, a, 3, TestGuest::kPath2, box.put(TestGuest::kPath2, to));
  }
  Errno symlink(std::string_view target, std::string_view name) {
    const Size a = box.put(TestGuest::kPath, target);
    return box.call(path_symlink, TestGuest::kPath, a, 3, TestGuest::kPath2, box.put(TestGuest::kPath2, name));
  }
  Errno link(std::string_view from, std::string_view to, std::uint32_t lookup = 0) {
    const Size a = box.put(TestGuest::kPath, from);
    return box.call(path_link, 3, lookup, TestGuest::kPath, a, 3, TestGuest::kPath2, box.put(TestGuest::kPath2, to));
  }

  TestGuest box;
};

TEST_F(Files, write_seek_read) {
  const Fd fd = make("file", "hello");
  EXPECT_EQ(fd, 4U);
  EXPECT_EQ(box.call(fd_seek, fd, 1, 0, TestGuest::kOut), Errno::success);
  EXPECT_EQ(read(fd), "ello");
  EXPECT_EQ(box.call(fd_tell, fd, TestGuest::kOut), Errno::success);
  EXPECT_EQ(box.guest.read<std::uint64_t>(TestGuest::kOut), 5U);
  EXPECT_EQ(box.call(fd_seek, fd, static_cast<std::uint64_t>(-2), 2, TestGuest::kOut), Errno::success);
  EXPECT_EQ(read(fd), "lo");
  EXPECT_EQ(box.call(fd_seek, fd, static_cast<std::uint64_t>(-9), 0, TestGuest::kOut), Errno::inval);
  EXPECT_EQ(base::read_file(box.root / "inside/file"), "hello");
  EXPECT_EQ(box.call(fd_close, fd), Errno::success);
  EXPECT_EQ(box.call(fd_close, fd), Errno::badf);
}

TEST_F(Files, pread_and_pwrite_leave_the_position) {
  const Fd fd = make("file", "0123456789");
  box.put(TestGuest::kData, "xy");
  EXPECT_EQ(box.call(fd_pwrite, fd, box.vector(TestGuest::kData, 2), 1, 4, TestGuest::kOut), Errno::success);
  EXPECT_EQ(box.call(fd_pread, fd, box.vector(TestGuest::kData, 4), 1, 3, TestGuest::kOut), Errno::success);
  EXPECT_EQ(box.get(TestGuest::kData, 4), "3xy6");
  EXPECT_EQ(read(fd), "");
}

TEST_F(Files, rights_bind) {
  make("file", "text");
  ASSERT_EQ(box.open("file", 0, kFdRead), Errno::success);
  const Fd fd = box.out();
  EXPECT_EQ(write(fd, "x"), Errno::notcapable);
  EXPECT_EQ(read(fd), "text");
  EXPECT_EQ(box.call(fd_fdstat_set_rights, fd, kAllRights, 0), Errno::notcapable);
  EXPECT_EQ(box.call(fd_fdstat_set_rights, fd, 0, 0), Errno::success);
  EXPECT_EQ(read(fd), std::to_string(static_cast<int>(Errno::notcapable)));
}

TEST_F(Files, a_directory_has_no_rights_of_files) {
  ASSERT_EQ(box.call(fd_fdstat_get, 3, 128), Errno::success);
  const std::uint64_t rights = box.guest.read<Fdstat>(128).rights_base;
  EXPECT_EQ(rights & kOfFilesAlone, 0U);
  EXPECT_EQ(box.open(".", 0, rights), Errno::success);
  EXPECT_EQ(box.open(".", 0, 0), Errno::success);
  EXPECT_EQ(box.open(".", kDirectory, kFdRead), Errno::success);
  EXPECT_EQ(box.open(".", kDirectory, kFdRead | kFdWrite), Errno::isdir);
  EXPECT_EQ(box.open(".", 0, kFdWrite), Errno::isdir);
}

TEST_F(Files, size_times_and_allocation) {
  const Fd fd = make("file", "hello");
  EXPECT_EQ(box.call(fd_filestat_set_size, fd, 3), Errno::success);
  EXPECT_EQ(stat("file").size, 3U);
  EXPECT_EQ(box.call(fd_allocate, fd, 0, 4096), Errno::success);
  EXPECT_EQ(box.call(fd_filestat_set_times, fd, 5, 1'000'000'007, kAtim | kMtim), Errno::success);
  const Filestat status = stat("file");
  EXPECT_EQ(status.size, 4096U);
  EXPECT_EQ(status.atim, 5U);
  EXPECT_EQ(status.mtim, 1'000'000'007U);
  EXPECT_EQ(status.filetype, Filetype::regular_file);
  EXPECT_EQ(box.call(fd_filestat_set_times, fd, 0, 0, kAtim | kAtimNow), Errno::inval);
  const Size length = box.put(TestGuest::kPath, "file");
  EXPECT_EQ(box.call(path_filestat_set_times, 3, kSymlinkFollow, TestGuest::kPath, length, 9, 0, kAtim),
            Errno::success);
  EXPECT_EQ(stat("file").atim, 9U);
  EXPECT_EQ(box.call(fd_sync, fd), Errno::success);
  EXPECT_EQ(box.call(fd_datasync, fd), Errno::success);
  const Fd pipe = box.world.add(base::make_pipe().first);
  EXPECT_EQ(box.call(fd_sync, pipe), Errno::inval);
  EXPECT_EQ(box.call(fd_datasync, pipe), Errno::inval);
  EXPECT_EQ(box.call(fd_advise, fd, 0, 0, 1), Errno::success);
  EXPECT_EQ(box.call(fd_advise, fd, 0, 0, 77), Errno::inval);
}

TEST_F(Files, directories_are_made_listed_and_removed) {
  EXPECT_EQ(on_path(path_create_directory, "dir"), Errno::success);
  EXPECT_EQ(on_path(path_create_directory, "dir"), Errno::exist);
  for (int i = 0; i < 20; ++i) make("dir/f" + std::to_string(i));
  ASSERT_EQ(box.open("dir", kDirectory, kFdReaddir), Errno::success);
  const Fd fd = box.out();
  // A small buffer: the listing goes on from the cookie of the last whole entry.
  std::set<std::string> names;
  std::uint64_t cookie = 0;
  for (Size used = 200; used == 200;) {
    ASSERT_EQ(box.call(fd_readdir, fd, TestGuest::kData, 200, cookie, TestGuest::kOut), Errno::success);
    used = box.out();
    for (Size at = 0; at + sizeof(Dirent) <= used;) {
      const auto entry = box.guest.read<Dirent>(TestGuest::kData + at);
      const Size end = at + static_cast<Size>(sizeof(Dirent)) + entry.name_length;
      if (end > used) break;
      names.insert(box.get(TestGuest::kData + at + static_cast<Size>(sizeof(Dirent)), entry.name_length));
      cookie = entry.next;
      at = end;
    }
  }
  EXPECT_EQ(names.size(), 22U);
  EXPECT_EQ(on_path(path_remove_directory, "dir"), Errno::notempty);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(on_path(path_unlink_file, "dir/f" + std::to_string(i)), Errno::success);
  EXPECT_EQ(on_path(path_remove_directory, "dir/"), Errno::success);
  EXPECT_EQ(on_path(path_remove_directory, "dir"), Errno::noent);
}

TEST_F(Files, links) {
  make("file", "text");
  EXPECT_EQ(symlink("file", "soft"), Errno::success);
  EXPECT_EQ(symlink("/etc/passwd", "absolute"), Errno::perm);
  EXPECT_EQ(link("file", "hard"), Errno::success);
  EXPECT_EQ(link("soft", "followed", kSymlinkFollow), Errno::inval);
  EXPECT_EQ(stat("hard").nlink, 2U);
  EXPECT_EQ(stat("soft", 0).filetype, Filetype::symlink);
  EXPECT_EQ(stat("soft").filetype, Filetype::regular_file);
  EXPECT_EQ(on_path(path_readlink, "soft", TestGuest::kData, Size{3}, TestGuest::kOut), Errno::success);
  EXPECT_EQ(box.get(TestGuest::kData, box.out()), "fil");
  EXPECT_EQ(box.open("soft", 0, kFdRead, 0), Errno::loop);
}

TEST_F(Files, rename_and_unlink) {
  make("a", "text");
  EXPECT_EQ(rename("a", "b"), Errno::success);
  EXPECT_EQ(rename("a", "b"), Errno::noent);
  EXPECT_EQ(rename("b", "b/"), Errno::notdir);
  EXPECT_EQ(rename("b", "../c"), Errno::perm);
  EXPECT_EQ(rename("../inside/b", "c"), Errno::perm);
  EXPECT_EQ(on_path(path_unlink_file, "b/"), Errno::notdir);
  EXPECT_EQ(on_path(path_unlink_file, "b"), Errno::success);
  on_path(path_create_directory, "dir");
  EXPECT_EQ(on_path(path_unlink_file, "dir"), Errno::isdir);
}

TEST_F(Files, nothing_leads_out_of_the_preopen) {
  base::write_file(box.root / "secret", "secret");
  fs::create_symlink("../secret", box.root / "inside/way_out");
  EXPECT_EQ(box.open("../secret", 0, kFdRead), Errno::perm);
  EXPECT_EQ(box.open("way_out", 0, kFdRead), Errno::perm);
  EXPECT_EQ(box.open("/etc/passwd", 0, kFdRead), Errno::perm);
  EXPECT_EQ(box.open("../new", kCreat, kFdWrite), Errno::perm);
  EXPECT_EQ(on_path(path_create_directory, "../new"), Errno::perm);
  EXPECT_EQ(on_path(path_unlink_file, "../secret"), Errno::perm);
  EXPECT_EQ(link("../secret", "mine"), Errno::perm);
  EXPECT_EQ(symlink("x", "../new"), Errno::perm);
  EXPECT_FALSE(fs::exists(box.root / "new"));
}

TEST_F(Files, descriptors_are_described_renumbered_and_preopened) {
  EXPECT_EQ(box.call(fd_prestat_get, 3, 128), Errno::success);
  EXPECT_EQ(box.guest.read<Prestat>(128).name_length, 1U);
  EXPECT_EQ(box.call(fd_prestat_dir_name, 3, 128, 1), Errno::success);
  EXPECT_EQ(box.get(128, 1), "/");
  EXPECT_EQ(box.call(fd_prestat_get, 1, 128), Errno::badf);
  const Fd fd = make("file", "text");
  EXPECT_EQ(box.call(fd_prestat_get, fd, 128), Errno::badf);
  EXPECT_EQ(box.call(fd_fdstat_set_flags, fd, kAppend), Errno::success);
  EXPECT_EQ(box.call(fd_fdstat_get, fd, 128), Errno::success);
  EXPECT_EQ(box.guest.read<Fdstat>(128).flags, kAppend);
  EXPECT_EQ(box.call(fd_renumber, fd, 1), Errno::success);
  EXPECT_EQ(box.call(fd_filestat_get, 1, 128), Errno::success);
  EXPECT_EQ(box.guest.read<Filestat>(128).size, 4U);
  EXPECT_EQ(box.call(fd_filestat_get, fd, 128), Errno::badf);
  EXPECT_EQ(box.call(fd_renumber, 1, 99), Errno::badf);
}

TEST_F(Files, bad_addresses_are_faults_not_accidents) {
  EXPECT_EQ(box.call(path_open, 3, 0, 0xfffffff0U, 32, 0, 0, 0, 0, 0), Errno::fault);
  EXPECT_EQ(box.call(fd_read, 3, 65532, 1, 0), Errno::notcapable);  // a directory has no right to read
  const Fd fd = make("file");
  EXPECT_EQ(box.call(fd_read, fd, 65532, 1, 0), Errno::fault);
  EXPECT_EQ(box.call(fd_read, fd, 0, 5000, 0), Errno::inval);
  EXPECT_EQ(box.call(fd_read, fd, box.vector(1, 0xffffffffU), 1, 0), Errno::fault);
}

}  // namespace
}  // namespace refrun::wasm::wasi
