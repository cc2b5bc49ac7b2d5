"""`python -m bench [NAME …]`: runs the named benches, or all, one after the other."""

import importlib
import subprocess
import sys

BENCHES = ("store", "decision", "rebuild", "memory", "rehearsal")
"""Each is a module here with `main()`, which writes its own section of `bench/results.md`."""


def main(names: list[str]) -> int:
    if len(names) == 1:
        importlib.import_module(f"bench.{names[0]}").main()
        return 0
    # A process each: what one leaves in memory must not be measured by the next.
    failed = [
        name
        for name in names or BENCHES
        if subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(BENCHES)
    if unknown:
        sys.exit(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    sys.exit(main(sys.argv[1:]))
