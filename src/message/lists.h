// SPDX-License-Identifier: Apache-2.0
// Header values that are lists: message ids, URLs, words (RFC 5322 3.6.4, 3.6.5; RFC 2369;
// JMAP's asMessageIds and asURLs). Pure; any thread.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hato::message {

// The ids of Message-ID, In-Reply-To or References, without < >; where none stands in < >, the
// words that can be meant.
std::vector<std::string> parse_ids(std::string_view value, std::size_t max = 1000);

// What stands in < > in List-Unsubscribe and its like (RFC 2369 2).
std::vector<std::string> parse_urls(std::string_view value, std::size_t max = 100);

// "a, b" as of Keywords, decoded; empty parts are left out.
std::vector<std::string> parse_words(std::string_view value, std::size_t max = 1000);

}  // namespace hato::message
