"""`python -m bench`: every benchmark, one after another, each in a process of its own.

`python -m bench counts --people 100000` runs one of them and hands it what follows the first option.
"""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main() -> int:
    first_option = next((place for place, word in enumerate(sys.argv) if word.startswith("-")), len(sys.argv))
    chosen, options = sys.argv[1:first_option] or BENCHMARKS, sys.argv[first_option:]
    if unknown := [name for name in chosen if name not in BENCHMARKS]:
        sys.exit(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(BENCHMARKS)}.")
    failed = 0
    for name in chosen:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}", *options], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
