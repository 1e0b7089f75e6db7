// SPDX-License-Identifier: Apache-2.0
// Links catalogue.bin into the program as it is.
#include "catalogue/image.h"

asm(".section .rodata\n"
    ".balign 64\n"
    ".global hato_catalogue_image\n"
    "hato_catalogue_image:\n"
    ".incbin \"" HATO_CATALOGUE_BIN
    "\"\n"
    ".byte 0\n"
    ".text\n");
