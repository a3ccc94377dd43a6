#include "reference_runtime/wasm/wasi/functions.h"

namespace refrun::wasm::wasi {
namespace {

Errno write_strings(const Guest& guest, const std::vector<std::string>& strings, Ptr pointers, Ptr buffer) {
  for (const std::string& text : strings) {
    guest.write<std::uint32_t>(pointers, buffer);
    const auto size = static_cast<std::uint32_t>(text.size() + 1);
    std::memcpy(guest.bytes(buffer, size).data(), text.c_str(), size);
    pointers += 4;
    buffer += size;
  }
  return Errno::success;
}

Errno write_sizes(const Guest& guest, const std::vector<std::string>& strings, Ptr count, Ptr size) {
  std::size_t total = 0;
  for (const std::string& text : strings) total += text.size() + 1;
  guest.write(count, static_cast<std::uint32_t>(strings.size()));
  guest.write(size, static_cast<std::uint32_t>(total));
  return Errno::success;
}

}  // namespace

Errno args_get(World& world, Guest guest, Ptr argv, Ptr argv_buf) {
  return write_strings(guest, world.args, argv, argv_buf);
}
Errno args_sizes_get(World& world, Guest guest, Ptr argc, Ptr size) {
  return write_sizes(guest, world.args, argc, size);
}
Errno environ_get(World& world, Guest guest, Ptr environ, Ptr buf) {
  return write_strings(guest, world.env, environ, buf);
}
Errno environ_sizes_get(World& world, Guest guest, Ptr count, Ptr size) {
  return write_sizes(guest, world.env, count, size);
}

}  // namespace refrun::wasm::wasi
