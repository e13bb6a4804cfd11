"""Writes `passed failed skipped` of a test run to FILE.count, for tools/test to add up.

count_results.py lit FILE.json -- COMMAND…   runs lit and reads its --output
count_results.py gtest FILE.json             reads a --gtest_output=json file
"""

import json
import subprocess
import sys
from pathlib import Path


def count_lit(path: Path) -> tuple[int, int, int]:
    codes = [test["code"] for test in json.loads(path.read_text())["tests"]]
    skipped = sum(code in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for code in codes)
    passed = sum(code in ("PASS", "FLAKYPASS", "XFAIL") for code in codes)
    return passed, len(codes) - passed - skipped, skipped


def count_gtest(path: Path) -> tuple[int, int, int]:
    passed = failed = skipped = 0
    for suite in json.loads(path.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("failures"):
                failed += 1
            elif test["result"] == "SKIPPED" or test["status"] == "NOTRUN":
                skipped += 1
            else:
                passed += 1
    return passed, failed, skipped


def main() -> None:
    kind, path = sys.argv[1], Path(sys.argv[2])
    if "--" in sys.argv:
        subprocess.run(sys.argv[sys.argv.index("--") + 1 :], check=False)
    try:
        counts = {"lit": count_lit, "gtest": count_gtest}[kind](path)
    except (OSError, ValueError, KeyError):
        counts = (0, 1, 0)  # a run without a result has failed
    Path(f"{path}.count").write_text(" ".join(map(str, counts)) + "\n")


if __name__ == "__main__":
    main()
