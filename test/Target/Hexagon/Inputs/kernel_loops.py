# ===- kernel_loops.py - Looks into the loops of kernels ----------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: kernel_loops.py DISASSEMBLY

Reads what llvm-objdump prints for Hexagon (-d). Prints how many products with
vectors the hardware loops over channels have, those of convolutions and of matrix
products, and how often these access a vector on the stack: both take a packet's
slots. Exits 1 if a kernel has no hardware loop, or such an access is in one of
these. (Depthwise kernels have no loop over channels that they add up.)"""

import re
import sys

KERNEL = re.compile(r"op\d+_(conv_2d|depthwise_conv_2d|fully_connected|add|mean)")
SUMS = re.compile(r"op\d+_(conv_2d|fully_connected)")
STACK = re.compile(r"v\d+(\.\w+)? = vmemu?\(r(29|30)[+)]|vmemu?\(r(29|30)[^)]*\) = v\d+")


def main():
    functions, name = {}, None
    for line in open(sys.argv[1]):
        if label := re.match(r"[0-9a-f]+ <(.*)>:", line):
            name = label.group(1)
            functions[name] = []
        elif (part := re.match(r"\s*([0-9a-f]+):", line)) and name:
            functions[name].append((int(part.group(1), 16), line))
    products = spills = 0
    without = []
    for name, lines in functions.items():
        if not KERNEL.search(name):
            continue
        starts = {
            int(match.group(1), 16)
            for _, line in lines
            for match in re.finditer(r"loop0\(0x([0-9a-f]+)", line)
        }
        if not starts and "loop1" not in "".join(line for _, line in lines):
            without.append(name)
        inside = False
        for address, line in lines:
            inside |= address in starts
            if inside and SUMS.search(name):
                products += len(re.findall(r"vrmpy", line))
                spills += len(STACK.findall(line))
            if ":endloop0" in line:
                inside = False
    print(f"{spills} accesses to the stack between {products} products")
    print("kernels without a hardware loop: " + (", ".join(without) or "none"))
    sys.exit(spills != 0 or bool(without))


main()
