"""spills.py DISASSEMBLY: counts, in the innermost loops of convolutions, the dot
products and the accesses to the stack. A spill there halves the speed."""
import re
import sys

PRODUCT = {
    True: re.compile(r"\sv?(fmadd231ps|mulps)\s"),
    False: re.compile(r"\sv?(pdpbusd|pmaddwd)\s"),
}


def is_spill(text):
    """Inputs that a kernel has put together are broadcast from the stack."""
    return "%rsp" in text and "broadcast" not in text


def read_functions(path):
    """Names of functions and their instructions as (address, text)."""
    name, lines = "", []
    for line in open(path):
        if label := re.match(r"[0-9a-f]+ <(.*)>:", line):
            yield name, lines
            name, lines = label.group(1), []
        elif instruction := re.match(r"\s*([0-9a-f]+):(.*)", line):
            lines.append((int(instruction.group(1), 16), instruction.group(2)))
    yield name, lines


def find_loops(lines):
    """What is run again and holds no other jump."""
    start = 0
    for i, (address, text) in enumerate(lines):
        jump = re.search(r"\sj[a-z]+\s+(?:0x)?([0-9a-f]+)", text)
        if not jump:
            continue
        target = int(jump.group(1), 16)
        if lines[start][0] <= target <= address:
            yield [text for at, text in lines[start : i + 1] if at >= target]
        start = i + 1


def main():
    products = spills = 0
    for name, lines in read_functions(sys.argv[1]):
        if "_conv_2d" not in name or "depthwise" in name:
            continue
        pattern = PRODUCT["_float_" in name]
        for loop in find_loops(lines):
            if count := sum(bool(pattern.search(text)) for text in loop):
                products += count
                spills += sum(is_spill(text) for text in loop)
    print(f"{spills} spills between {products} products")
    sys.exit(spills != 0)


if __name__ == "__main__":
    main()
