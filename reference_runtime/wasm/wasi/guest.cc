#include "reference_runtime/wasm/wasi/guest.h"

#include <climits>

namespace refrun::wasm::wasi {

std::string Guest::text(std::uint32_t at, std::uint32_t length) const {
  const auto raw = bytes(at, length);
  if (length >= PATH_MAX) throw Refusal{Errno::nametoolong};
  std::string text(raw.begin(), raw.end());
  if (text.find('\0') != std::string::npos) throw Refusal{Errno::ilseq};
  return text;
}

std::vector<iovec> Guest::buffers(std::uint32_t list, std::uint32_t count) const {
  if (count > IOV_MAX) throw Refusal{Errno::inval};
  std::vector<iovec> vectors;
  vectors.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto item = read<Iovec>(list + i * static_cast<std::uint32_t>(sizeof(Iovec)));
    vectors.push_back({bytes(item.at, item.length).data(), item.length});
  }
  return vectors;
}

}  // namespace refrun::wasm::wasi
