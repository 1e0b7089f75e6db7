// SPDX-License-Identifier: Apache-2.0
// catalogue_compiler --check DIR             names every fault of the catalogue in DIR
// catalogue_compiler DIR OUT                 writes catalogue.bin (catalogue/image.h)
// --lenient: what is named but not there is a warning.
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "model.h"

namespace hato::compiler {
namespace {

void summary(const Model& model) {
  std::size_t codes = 0;
  for (const auto& f : model.families) {
    codes += f.codes.size();
    if (f.standard)
      std::printf("  %-16s %4zu codes, the standard has %lld\n", f.name.c_str(), f.codes.size(),
                  static_cast<long long>(f.standard));
  }
  std::printf("%zu families, %zu codes, %zu causes, %zu signatures, %zu cases\n",
              model.families.size(), codes, model.causes.size(), model.signatures.size(),
              model.cases.size());
}

int run(std::vector<std::string> args) {
  const bool check = std::erase(args, "--check") > 0;
  const bool lenient = std::erase(args, "--lenient") > 0;
  if (args.size() != (check ? 1 : 2)) {
    std::fputs("usage: catalogue_compiler --check DIR | DIR OUT   [--lenient]\n", stderr);
    return 64;
  }
  Faults faults(lenient);
  Model model = read_catalogue(args[0], faults);
  check_catalogue(model, faults);
  check_patterns(model, faults);
  std::string image;
  if (faults.faults().empty()) image = pack_catalogue(model, faults);
  for (const auto& line : faults.faults()) std::fprintf(stderr, "%s\n", line.c_str());
  for (const auto& line : faults.warnings())
    if (check) std::fprintf(stderr, "warning: %s\n", line.c_str());
  if (!faults.faults().empty()) {
    std::fprintf(stderr, "%zu faults in the catalogue\n", faults.faults().size());
    return 1;
  }
  if (check) {
    summary(model);
    std::printf("image %zu KB, %zu warnings\n", image.size() / 1024, faults.warnings().size());
    return 0;
  }
  std::ofstream out(args[1], std::ios::binary);
  out.write(image.data(), std::streamsize(image.size()));
  out.close();
  if (out) return 0;
  std::fprintf(stderr, "cannot write %s\n", args[1].c_str());
  return 74;
}

}  // namespace
}  // namespace hato::compiler

int main(int argc, char** argv) { return hato::compiler::run({argv + 1, argv + argc}); }
