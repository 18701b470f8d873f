"""inner_loops.py DISASSEMBLY: looks into the innermost loops that multiply and add.

Prints how many there are, with how many products, and how often they store a
vector register to the stack: a sum or a weight that does not stay in a register
halves the speed of its loop. Exits 1 if one does. Reads what llvm-objdump prints
for x86-64 and AArch64 (-d --no-show-raw-insn)."""
import re
import sys

PRODUCT = re.compile(
    r"v?(pdpbusds?|pdpwssds?|pmaddwd|pmulld|dpbf16ps)|vfn?m(add|sub)\d+[ps]s"
    r"|[su]dot|smmla|fml[as]|bfdot|bfmmla"
)
X86_SPILL = re.compile(r"v?mov\S*\s+%[xyz]mm\d+, -?(0x[0-9a-f]+)?\(%r[sb]p")
ARM_SPILL = re.compile(r"(st[rpu]\w*)\s+q\d+,.*\[sp")
BRANCH = re.compile(r"^(j\w+|b\.?\w*|cbn?z|tbn?z)\s.*?0x([0-9a-f]+) <")


def read_functions(path):
    """Lists of (address, instruction)."""
    functions = []
    for line in open(path):
        if re.match(r"[0-9a-f]+ <.*>:", line):
            functions.append([])
        match = re.match(r"\s*([0-9a-f]+):\s+(\S.*)", line)
        if match and functions:
            functions[-1].append((int(match.group(1), 16), match.group(2)))
    return functions


def find_innermost_loops(function):
    """Bodies of loops that hold no other loop: from a target to a jump back."""
    loops = []
    for address, text in function:
        branch = BRANCH.match(text)
        if branch and function[0][0] <= int(branch.group(2), 16) <= address:
            loops.append((int(branch.group(2), 16), address))
    for first, last in loops:
        if not any(
            first <= a and b <= last and (a, b) != (first, last) for a, b in loops
        ):
            yield [text for address, text in function if first <= address <= last]


def main():
    count = products = spills = 0
    for function in read_functions(sys.argv[1]):
        for body in find_innermost_loops(function):
            # What only adds up addresses or moves bytes is of no interest.
            here = sum(bool(PRODUCT.match(text)) for text in body)
            if here == 0:
                continue
            count += 1
            products += here
            spills += sum(
                bool(X86_SPILL.match(text) or ARM_SPILL.match(text)) for text in body
            )
    print(f"{count} loops of {products} products store {spills} vectors on the stack")
    sys.exit(spills != 0)


if __name__ == "__main__":
    main()
