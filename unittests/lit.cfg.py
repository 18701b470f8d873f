# Runs the GoogleTest binaries under lit, so that one run and one summary cover
# unit tests and lit tests.
import lit.formats

config.name = "mopt-unit"
config.suffixes = []
config.test_source_root = config.mopt_unittest_dir
config.test_exec_root = config.mopt_unittest_dir
config.test_format = lit.formats.GoogleTest(".", "Tests")
