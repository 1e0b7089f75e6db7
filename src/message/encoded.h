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

// The reverse, for messages of our own: plain where that is possible, else encoded words in UTF-8;
// folded so that no line is longer than 78 where there are blanks to fold at. `column`: how much
// of the first line is taken. Line ends and other controls become blanks.
std::string encode_text(std::string_view utf8, std::size_t column);
// The same for a display name: atoms, a quoted string, or encoded words.
std::string encode_phrase(std::string_view utf8, std::size_t column);

// Length of the encoded word that begins at text[0]; 0 where none does.
std::size_t encoded_word_size(std::string_view text);

}  // namespace hato::message
