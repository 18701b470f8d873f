"""window_loops.py DISASSEMBLY: the largest innermost loop of products: how many it
has, and how often it moves vectors from or to the stack or loads weights."""
import re
import sys

from spills import find_loops, read_functions

loops = [
    loop
    for _, lines in read_functions(sys.argv[1])
    for loop in find_loops(lines)
    if any("vpdpbusd" in text for text in loop)
]
loop = max(loops, key=len)
products = [text for text in loop if "vpdpbusd" in text]
stack = [text for text in loop if re.search(r"vmov.*%rsp", text)]
loads = [text for text in products if "(" in text.split("#")[0]]
print(f"{len(products)} products, {len(stack)} spills, {len(loads)} loads of weights")
