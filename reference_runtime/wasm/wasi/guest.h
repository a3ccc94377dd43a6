#pragma once

#include <sys/uio.h>

#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "reference_runtime/wasm/objects.h"
#include "reference_runtime/wasm/wasi/abi.h"

namespace refrun::wasm::wasi {

/// An address that is not in the module's memory: the call answers `fault`.
struct Fault {};
/// A call that ends early with this answer.
struct Refusal {
  Errno error;
};

/// The memory of the module that calls, every access checked. Throws Fault.
class Guest {
 public:
  explicit Guest(Memory& memory) : memory_(memory) {}

  [[nodiscard]] std::span<std::uint8_t> bytes(std::uint32_t at, std::uint32_t length) const {
    if (!memory_.has(at, length)) throw Fault();
    return {memory_.base() + at, length};
  }
  template <typename T>
  [[nodiscard]] T read(std::uint32_t at) const {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, bytes(at, sizeof(T)).data(), sizeof(T));
    return value;
  }
  template <typename T>
  void write(std::uint32_t at, const T& value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    std::memcpy(bytes(at, sizeof(T)).data(), &value, sizeof(T));
  }
  /// A path or name. Throws Refusal: `ilseq` for one with a NUL inside, `nametoolong` from 4096 on.
  [[nodiscard]] std::string text(std::uint32_t at, std::uint32_t length) const;
  /// The buffers of a scatter or gather list, at most 1024 of them, as many as IOV_MAX.
  [[nodiscard]] std::vector<iovec> buffers(std::uint32_t list, std::uint32_t count) const;

 private:
  Memory& memory_;
};

}  // namespace refrun::wasm::wasi
