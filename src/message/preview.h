// SPDX-License-Identifier: Apache-2.0
// The first words of a message, for lists. Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hato::message {

// HTML as plain text on one line: tags, comments, styles and scripts go, entities are decoded.
// Stops after about `max` bytes.
std::string html_text(std::string_view html, std::size_t max);

// At most `max` characters of text on one line. Lines quoted with '>' only where there is
// nothing else; invisible characters go.
std::string preview_of_text(std::string_view utf8, std::size_t max);

}  // namespace hato::message
