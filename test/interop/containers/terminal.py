"""A program at a terminal, as a person has it."""

import fcntl
import os
import pty
import select
import struct
import termios
import time


class Terminal:
    def __init__(self, words, environment, rows=33, columns=101):
        self.output = b""
        self.child, self.file = pty.fork()
        if self.child == 0:
            os.execvpe(words[0], words, environment)
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, line):
        self.output = b""
        os.write(self.file, line.encode() + b"\n")

    def shows(self, text, seconds=30):
        """Waits until it has shown a text."""
        until = time.monotonic() + seconds
        while text.encode() not in self.output:
            assert time.monotonic() < until, f"found {self.output!r}, expected {text!r}"
            if select.select([self.file], [], [], 0.2)[0]:
                try:
                    self.output += os.read(self.file, 4096)
                except OSError as error:
                    raise AssertionError(f"it ended: found {self.output!r}, expected {text!r}") from error

    def ended(self):
        """Its exit status."""
        try:
            while piece := os.read(self.file, 4096):
                self.output += piece
        except OSError:
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
