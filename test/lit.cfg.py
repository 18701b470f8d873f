# Configuration of the lit suite: one test per .mlir file, run with mopt-opt.
import ctypes.util
import glob
import os
import shutil
import subprocess

import lit.formats

config.name = "mopt"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.mopt_obj_root, "test")
config.excludes = ["Inputs", "CMakeLists.txt", "lit.cfg.py", "lit.site.cfg.py.in"]

# mopt's tools first, then FileCheck, not, count and split-file of LLVM.
config.environment["PATH"] = os.path.pathsep.join(
    [
        os.path.join(config.mopt_obj_root, "bin"),
        config.llvm_tools_dir,
        config.environment.get("PATH", ""),
    ]
)
# A variable without a dollar sign ends with its CHECK-LABEL block.
config.environment["FILECHECK_OPTS"] = "--enable-var-scope"

# The Python with LiteRT that scripts/setup.sh made, if it did.
venv_python = os.path.join(config.mopt_src_root, ".venv", "bin", "python")
if os.path.exists(venv_python):
    config.python = venv_python
litert_probe = [config.python, "-c", "import ai_edge_litert, numpy"]
if subprocess.run(litert_probe, capture_output=True).returncode == 0:
    config.available_features.add("litert")

if shutil.which("clang-format-22"):
    config.available_features.add("clang-format")

# C programs link what was compiled ahead of time, for other machines too.
if shutil.which("clang-22"):
    config.available_features.add("clang")
if shutil.which("aarch64-linux-gnu-gcc") and shutil.which("qemu-aarch64"):
    config.available_features.add("qemu-aarch64")

# Objects for Hexagon need nothing; LLVM's linker makes programs of them.
if shutil.which("ld.lld-22") or shutil.which("ld.lld"):
    config.available_features.add("hexagon")
    if shutil.which("qemu-hexagon"):
        config.available_features.add("qemu-hexagon")

# GPU code runs on the driver that computes on the CPU, so that every machine
# does the same; without threads of its own, which cost more than they bring.
lavapipe = glob.glob("/usr/share/vulkan/icd.d/lvp_icd*.json")
if config.mopt_vulkan and lavapipe and ctypes.util.find_library("vulkan"):
    config.available_features.add("vulkan")
    config.environment["VK_ICD_FILENAMES"] = lavapipe[0]
    config.environment["LP_NUM_THREADS"] = "0"
    config.environment["MESA_SHADER_CACHE_DIR"] = os.path.join(
        config.mopt_obj_root, "test", "shader-cache"
    )
    if glob.glob("/usr/share/vulkan/explicit_layer.d/*validation.json"):
        config.available_features.add("vulkan-validation")

# Code for a processor is compiled anywhere, and runs where its instructions are.
if os.path.exists("/proc/cpuinfo"):
    with open("/proc/cpuinfo") as info:
        flags = info.read()
        for flag in ("avx2", "avx512_bf16", "avx512_vnni", "avx512vl"):
            if flag in flags:
                config.available_features.add(flag.replace("_", ""))

# SPIR-V is checked by Khronos' own validator.
if shutil.which("spirv-val"):
    config.available_features.add("spirv-val")

config.substitutions.append(("%PYTHON", config.python))
config.substitutions.append(("%shared", config.shared_dir))
config.substitutions.append(("%mopt_src_root", config.mopt_src_root))
config.substitutions.append(("%mopt_obj_root", config.mopt_obj_root))
# Trained models and data sets lie beside the checkout where they exist at all.
if os.path.isdir(os.path.join(config.shared_dir, "models")):
    config.available_features.add("shared-models")
