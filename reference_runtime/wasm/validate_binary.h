#pragma once

#include <string>
#include <string_view>

namespace refrun::wasm {

/// Whether the bytes are a valid module; if not, `where` and `what` say why. wabt's tree reader aborts on some invalid
/// modules (it builds before it checks), so nothing goes there that has not passed this reader, which checks each
/// instruction first.
bool is_valid_binary(std::string_view bytes, std::size_t& where, std::string& what);

}  // namespace refrun::wasm
