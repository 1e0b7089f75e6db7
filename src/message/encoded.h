// SPDX-License-Identifier: Apache-2.0
// Encoded words in header text (RFC 2047). Reads what is really sent: words inside other words and
// inside quotes, blanks and folds inside a word, characters split over two words. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hato::message {

// Encoded words become UTF-8, as does raw 8-bit by guess; blanks between two encoded words go, each
// fold becomes one blank. All other bytes stay.
std::string decode_words(std::string_view text);

// Length of the encoded word that begins at text[0]; 0 where none does.
std::size_t encoded_word_size(std::string_view text);

}  // namespace hato::message
