// SPDX-License-Identifier: Apache-2.0
// Files and folders that commands make. Errors: file-unwritable with file and reason.
#pragma once
#include <string>

#include "base/error.h"

namespace hato::cli {

Result<> make_folder(const std::string& path);  // and those above; none where it is there
// Durably, and never over a file that is there.
Result<> write_new(const std::string& path, const std::string& text, unsigned mode);
Result<> sync_folder(const std::string& path);
// What root made in a folder of the server's user is the server's.
Result<> hand_over(const std::string& folder);

}  // namespace hato::cli
