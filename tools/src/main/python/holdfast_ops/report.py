"""What the operator sees: progress on standard error, results on standard output."""

import json
import sys


class Log:
    def __init__(self, stream=None):
        self._stream = stream or sys.stderr

    def info(self, words):
        self._say("INFO", words)

    def warning(self, words):
        self._say("WARNING", words)

    def error(self, words):
        self._say("ERROR", words)

    def _say(self, level, words):
        print("%s: %s" % (level, words), file=self._stream, flush=True)


def table_lines(headers, rows):
    """Lines in the layout of the shells: two spaces before each cell, a ruler, "-" for nothing."""
    cells = [[str(cell) if str(cell) else "-" for cell in row] for row in [headers] + rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headers))]
    lines = ["".join("  " + cell.ljust(width) for cell, width in zip(row, widths)) for row in cells]
    return [lines[0], "-" * (sum(widths) + 2 * len(widths) + 2)] + lines[1:]


def print_table(headers, rows, as_json, out=None):
    stream = out or sys.stdout
    if as_json:
        print(json.dumps([dict(zip(headers, row)) for row in rows]), file=stream)
    else:
        for line in table_lines(headers, rows):
            print(line, file=stream)
    stream.flush()


def human_size(size):
    """As the shells print it: 498.000, 9.128 K."""
    units = ["", " K", " M", " G", " T", " P", " E"]
    value = float(size)
    for unit in units:
        if int(value) < 1024 or unit == units[-1]:
            return "%.3f%s" % (value, unit)
        value /= 1024
    return "%.3f" % value
