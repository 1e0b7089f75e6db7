// SPDX-License-Identifier: Apache-2.0
// Bytes from a clipboard, a file or a pipe as UTF-8: byte order marks, UTF-16 with and without
// one, Shift_JIS, EUC-JP, ISO-2022-JP and Western sets. Pure; memory is a small multiple of the
// input's size, which the caller bounds.
#pragma once
#include <string>
#include <string_view>

namespace hato::doctor {

struct Decoded {
  std::string text;     // well-formed UTF-8
  bool binary = false;  // no text: an image, an archive, a program
};

Decoded decode(std::string_view bytes);

}  // namespace hato::doctor
