# ===- kernel_loops.py - Looks into the loops of kernels ----------------------===//
#
# Part of the mopt project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===//
"""usage: kernel_loops.py [--modes=fixed,float] MODEL...

Compiles each model for Hexagon, in each arithmetic of requantisation, disassembles
it, and finds the loops of the functions that compute its ops in the graph of their
packets. Prints for each how many innermost loops there are, which of them are no
hardware loops, and how often innermost loops that only add up products (those over
the input's channels) access a vector on the stack, which takes the slots of a packet.

Exits 1 if there is such an access, or a loop that is no hardware loop. One that calls
a function cannot be one: it is printed with the functions, and is no error where
--calls names all of them. A model that is not there is skipped, by name. A model that
ends in .s is a disassembly already."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

LABEL = re.compile(r"[0-9a-f]+ <(.*)>:")
LINE = re.compile(r"\s*([0-9a-f]+):\s+(.*)")
KERNEL = re.compile(r"op\d+_|.*_hvx_|.*_task")
SETUP = re.compile(r"\bloop([01])\(0x([0-9a-f]+)")
JUMP = re.compile(r"(?:^|[;{\s])jump(?::n?t)?\s+0x([0-9a-f]+)")
# The last of a block: a jump, or a return, without a condition.
LEAVES = re.compile(r"(jump(:n?t)?|jumpr) |(r31:30 = )?dealloc_return(\(|$)")
CALL = re.compile(r"call(?:r r\d+| 0x([0-9a-f]+))")
STACK = re.compile(
    r"v\d+(?::\d+)?(?:\.\w+)? = vmemu?\(r(?:29|30)[+)]|vmemu?\(r(?:29|30)[^)]*\) = v\d+"
)
PRODUCT, RESCALING = re.compile("vrmpy"), re.compile("vmpy[eo]")


def read_functions(path):
    """The packets of each function: address and text, instructions in lines."""
    functions, packets, is_open = {}, None, False
    for line in open(path):
        if label := LABEL.match(line):
            packets, is_open = functions.setdefault(label.group(1), []), False
        elif packets is not None and (part := LINE.match(line)):
            text = part.group(2).strip("{} \t").replace("; ", "\n")
            if is_open:
                packets[-1][1] += "\n" + text
            else:
                packets.append([int(part.group(1), 16), text])
            is_open = "}" not in line
            if ":endloop" in line:
                packets[-1][1] += "\n" + line[line.index(":endloop") :].strip()
    return functions


class Graph:
    """Which packet can follow which, and if it does at the end of a hardware loop."""

    def __init__(self, packets):
        self.text = dict(packets)
        addresses = list(self.text)
        self.start = addresses[0]
        following = dict(zip(addresses, addresses[1:]))
        jumps = {}
        for address, text in self.text.items():
            jumps[address] = {
                (int(match.group(1), 16), False)
                for match in JUMP.finditer(text)
                if int(match.group(1), 16) in self.text
            }
            leaves = any(LEAVES.match(line.strip()) for line in text.split("\n"))
            if not leaves and address in following:
                jumps[address].add((following[address], False))
        # Where hardware loops begin, as far as it is known at each packet.
        begins = {self.start: (frozenset(), frozenset())}
        work = [self.start]
        self.next = {}
        while work:
            address = work.pop()
            begin = list(begins[address])
            for match in SETUP.finditer(self.text[address]):
                begin[int(match.group(1))] = frozenset({int(match.group(2), 16)})
            self.next[address] = set(jumps[address])
            for number in (0, 1):
                if re.search(f":endloop0?{number}", self.text[address]):
                    self.next[address] |= {(place, True) for place in begin[number]}
            for place, _ in self.next[address]:
                old = begins.get(place)
                new = tuple(begin)
                if old is not None:
                    new = tuple(a | b for a, b in zip(old, begin))
                if new != old:
                    begins[place] = new
                    work.append(place)

    def find_cycles(self, nodes):
        """Largest sets of `nodes` that lead to each other (Tarjan)."""
        index, low, stack, cycles = {}, {}, [], []
        for root in nodes:
            if root in index:
                continue
            work = [(root, None)]
            while work:
                node, places = work.pop()
                if places is None:
                    index[node] = low[node] = len(index)
                    stack.append(node)
                    places = [place for place, _ in self.next[node] if place in nodes]
                while places:
                    place = places.pop()
                    if place not in index:
                        work += [(node, places + [place]), (place, None)]
                        break
                    if place in stack:
                        low[node] = min(low[node], low[place])
                else:
                    if low[node] == index[node]:
                        at = stack.index(node)
                        cycle, stack = set(stack[at:]), stack[:at]
                        if len(cycle) > 1 or (node, True) in self.next[node] or (
                            node, False) in self.next[node]:
                            cycles.append(cycle)
        return cycles

    def find_innermost(self, nodes=None):
        """Loops without others in them: where they begin, and their packets."""
        nodes = set(self.next) if nodes is None else nodes
        for cycle in self.find_cycles(nodes):
            entries = {
                place
                for node in self.next
                if node not in cycle
                for place, _ in self.next[node]
            } & cycle or {self.start}
            inner = list(self.find_innermost(cycle - entries))
            if inner:
                yield from inner
            else:
                yield entries, cycle

    def is_hardware(self, entries, cycle):
        return all(
            is_end
            for node in cycle
            for place, is_end in self.next[node]
            if place in entries
        )


def disassemble(model, mode, folder):
    program, listing = folder / "program", folder / "program.s"
    subprocess.run(
        ["mopt-translate", "--to-hexagon", model, "--executable",
         f"--requantize={mode}", "-o", program],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    disassembler = shutil.which("llvm-objdump") or shutil.which("llvm-objdump-22")
    with open(listing, "w") as file:
        subprocess.run(
            [disassembler, "-d", "--no-show-raw-insn", "--mcpu=hexagonv66",
             "--mattr=+hvxv66,+hvx-length128b", program],
            check=True, stdout=file,
        )
    return listing


def check(listing, calls):
    """Prints what is to say of a program; true if that is as it should be."""
    loops, products, spills, others, is_good = 0, 0, 0, [], True
    functions = read_functions(listing)
    names = {packets[0][0]: name for name, packets in functions.items() if packets}
    for name, packets in functions.items():
        if not KERNEL.match(name) or not packets:
            continue
        graph = Graph(packets)
        for entries, cycle in graph.find_innermost():
            loops += 1
            body = "\n".join(graph.text[address] for address in sorted(cycle))
            if PRODUCT.search(body) and not RESCALING.search(body):
                products += len(PRODUCT.findall(body))
                spills += len(STACK.findall(body))
            if graph.is_hardware(entries, cycle):
                continue
            called = sorted(
                {
                    names.get(int(match.group(1) or "0", 16), "a pointer")
                    for match in CALL.finditer(body)
                }
            )
            is_good &= bool(called) and set(called) <= calls
            reason = "calls " + ", ".join(called) if called else "without a reason"
            others.append(f"{name} at {min(entries):x} {reason}")
    print(
        f"  {loops} innermost loops, {spills} accesses to the stack between "
        f"{products} products"
    )
    print("  no hardware loops: " + ("; ".join(others) or "none"))
    return is_good and spills == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--modes", default="fixed,float")
    parser.add_argument("--calls", default="", help="functions that loops may call")
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    is_good = True
    for model in options.models:
        if not model.exists():
            print(f"{model.name}: skipped, not there")
            continue
        calls = set(options.calls.split(","))
        if model.suffix == ".s":
            print(f"{model.name}:")
            is_good &= check(model, calls)
            continue
        for mode in options.modes.split(","):
            print(f"{model.name} {mode}:", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                listing = disassemble(model, mode, pathlib.Path(folder))
                is_good &= check(listing, calls)
    sys.exit(not is_good)


if __name__ == "__main__":
    main()
