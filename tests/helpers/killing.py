"""Programs that are killed while they work, again and again."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@contextmanager
def killable(script, *arguments):
    """Start ``script``, which ends with `run_to_be_killed`; give a function that runs and kills.

    The function lets the script work until its first step is done and for the seconds given, then
    kills it by signal 9. Python and the engine are started once for all kills.
    """
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as program:

        def kill_after(delay_s):
            program.stdin.write("go\n")
            program.stdin.flush()
            worker = int(program.stdout.readline())
            assert program.stdout.readline() == "began\n"
            time.sleep(delay_s)
            os.kill(worker, signal.SIGKILL)
            assert program.stdout.readline() == "ended\n"

        yield kill_after
        program.stdin.close()
        assert program.wait() == 0


def run_to_be_killed(step):
    """For each line of standard input, fork a worker that calls ``step(0)``, ``step(1)``, ..."""
    while sys.stdin.readline():
        begin, say_begin = os.pipe()
        worker = os.fork()
        if worker == 0:
            number = 0
            while True:
                step(number)
                if number == 0:
                    os.write(say_begin, b"x")
                number += 1
        os.close(say_begin)
        _tell(str(worker))
        os.read(begin, 1)
        _tell("began")
        os.waitpid(worker, 0)
        _tell("ended")
        os.close(begin)


def _tell(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def crash(owner):
    """Let a lock go as the system does for a dead process: copies and the lock file stay."""
    os.close(owner._lock._descriptor)
    owner._lock._descriptor = None
