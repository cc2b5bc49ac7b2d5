"""A whole program around the embedded stack, for tests that kill it from outside."""

import asyncio
import os
import sys
from pathlib import Path

from infrastructure.embedded.running import AlreadyRunning
from infrastructure.embedded.stack import EmbeddedStack, stop_requested
from infrastructure.temporal import settle


async def main(data: Path) -> int:
    """Run until asked to stop; a folder that is taken is exit code 75."""
    stopped = stop_requested()
    try:
        async with EmbeddedStack(data, has_ui=False):
            print("ready", os.getpid(), flush=True)
            print(await stopped, flush=True)
    except AlreadyRunning as refusal:
        print(refusal, flush=True)
        return 75
    await settle()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
