"""Automatic failover is set while something needs it so, and put back whatever happens."""

import json
import os
import signal

from holdfast_ops.errors import OpsError


class FailoverSwitch:
    """Puts auto_failover back at the end: of a success, an error, Ctrl-C or SIGTERM. A run that was
    killed leaves a note, by which the next one puts it back before it does anything else."""

    def __init__(self, cluster, note_path, cluster_name, log):
        self._cluster = cluster
        self._note_path = note_path
        self._cluster_name = cluster_name
        self._log = log
        self._before = None

    def __enter__(self):
        self._finish_earlier()
        self._cluster.manual_mode = lambda: self.set(False)
        return self

    def __exit__(self, kind, problem, trace):
        # From here on it ends anyway, and must not be kept from putting things back.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        self._cluster.manual_mode = None
        self._restore()
        return False

    def set(self, value):
        """Sets it until the end of the run."""
        before = self._cluster.auto_failover()
        if before == value or self._cluster.dry_run:
            return
        if self._before is None:
            self._before = before
            self._write_note(before)
        self._cluster.set_auto_failover(value)
        self._log.info("auto_failover is %s until this is done" % _word(value))

    def _restore(self):
        if self._before is None:
            return
        try:
            self._cluster.set_auto_failover(self._before)
        except BaseException:
            self._log.error(
                "auto_failover could not be put back; run `confset auto_failover %s` in ns_client,"
                " or this tool again" % _word(self._before))
            raise
        self._log.info("auto_failover is %s again" % _word(self._before))
        self._before = None
        _remove(self._note_path)

    def _finish_earlier(self):
        note = self._read_note()
        if note is None or self._cluster.dry_run:
            return
        if note.get("cluster") != self._cluster_name:
            self._log.warning(
                "%s is a note of a run on another cluster (%s); run the tool there"
                % (self._note_path, note.get("cluster")))
            return
        value = bool(note.get("auto_failover"))
        self._log.warning(
            "an earlier run was killed and left auto_failover changed; it is %s again"
            % _word(value))
        self._cluster.set_auto_failover(value)
        _remove(self._note_path)

    def _write_note(self, value):
        note = {"cluster": self._cluster_name, "auto_failover": value}
        if os.path.exists(self._note_path):
            raise OpsError("%s is there already; see to that cluster first" % self._note_path)
        write_durably(self._note_path, json.dumps(note))

    def _read_note(self):
        try:
            with open(self._note_path, encoding="utf-8") as file:
                note = json.load(file)
            return note if isinstance(note, dict) else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as problem:
            raise OpsError(
                "%s, the note of an earlier run, cannot be read (%s); look whether `confget` says"
                " what you want, and remove it" % (self._note_path, problem))


def _word(value):
    return "true" if value else "false"


def _remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass


def write_durably(path, text):
    """Replaces a file, so that after a crash it is the old or the new one."""
    making = path + ".new"
    with open(making, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(making, path)
