"""spills.py DISASSEMBLY: counts, in functions of convolutions, the steps of dot
products and the accesses to the stack between them. A spill in the innermost
loop halves its speed."""
import re
import sys

steps = spills = 0
function, block = "", None
for line in open(sys.argv[1]):
    label = re.match(r"[0-9a-f]+ <(.*)>:", line)
    if label or re.search(r"\sj[a-z]+\s", line):
        # What follows the last product of a block is not between two.
        block = None
        function = label.group(1) if label else function
    elif "_conv_2d" not in function or "depthwise" in function:
        continue
    elif re.search(
        r"\sv?(fmadd231ps|mulps)\s"
        if "_float_" in function
        else r"\sv?(pdpbusd|pmaddwd)\s",
        line,
    ):
        spills += block or 0
        steps += 1
        block = 0
    elif block is not None and "%rsp" in line:
        block += 1
print(f"{spills} spills between {steps} products")
sys.exit(spills != 0)
