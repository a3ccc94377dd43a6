#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "reference_runtime/wasm/wasi/functions.h"

namespace refrun::wasm::wasi {

/// A world with one scratch directory, preopened as "/" at 3, and a memory to call functions with. Text goes to fixed
/// places, so two paths can be given in one call.
class TestGuest {
 public:
  TestGuest() {
    std::string pattern = std::filesystem::temp_directory_path() / "wasi-XXXXXX";
    root = mkdtemp(pattern.data());
    std::filesystem::create_directory(root / "inside");
    for (std::uint32_t i = 0; i < 3; ++i) world.add_at(i, base::open_file("/dev/null", O_RDWR));
    world.preopen(root / "inside", "/");
  }
  ~TestGuest() { std::filesystem::remove_all(root); }
  TestGuest(const TestGuest&) = delete;
  TestGuest& operator=(const TestGuest&) = delete;

  /// Calls one of the functions as a module would see it.
  template <typename Function, typename... Args>
  Errno call(Function function, Args... args) {
    try {
      return function(world, guest, args...);
    } catch (const Refusal& refusal) {
      return refusal.error;
    } catch (const Fault&) {
      return Errno::fault;
    }
  }
  /// Puts text at `at` and gives its length.
  Size put(Ptr at, std::string_view text) {
    std::memcpy(guest.bytes(at, static_cast<Size>(text.size())).data(), text.data(), text.size());
    return static_cast<Size>(text.size());
  }
  [[nodiscard]] std::string get(Ptr at, Size length) const {
    const auto raw = guest.bytes(at, length);
    return {raw.begin(), raw.end()};
  }
  /// An iovec list of one buffer.
  Ptr vector(Ptr at, Size length) {
    guest.write(kList, Iovec{at, length});
    return kList;
  }
  Errno open(std::string_view path, std::uint32_t oflags, std::uint64_t rights, std::uint32_t lookup = kSymlinkFollow) {
    return call(path_open, 3, lookup, kPath, put(kPath, path), oflags, rights, kAllRights, 0, kOut);
  }
  [[nodiscard]] std::uint32_t out() const { return guest.read<std::uint32_t>(kOut); }

  static constexpr Ptr kPath = 1000;
  static constexpr Ptr kPath2 = 6000;
  static constexpr Ptr kOut = 16;
  static constexpr Ptr kList = 64;
  static constexpr Ptr kData = 20000;

  std::filesystem::path root;  // the preopened directory is root / "inside"
  World world;

 private:
  OnDemandSource source_;
  Memory memory_{{{1, std::nullopt}}, source_};

 public:
  Guest guest{memory_};
};

}  // namespace refrun::wasm::wasi
