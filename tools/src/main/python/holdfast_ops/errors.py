"""How a run can end, other than well. The exit codes are those of the shells."""

DONE = 0
FAILED = 1
USAGE = 2
UNREACHABLE = 3
REFUSED = 4
TIMED_OUT = 5
INTERRUPTED = 130


class OpsError(Exception):
    """Something was not done; the message says what and what to do next."""

    exit_code = FAILED


class UsageError(OpsError):
    exit_code = USAGE


class UnreachableError(OpsError):
    exit_code = UNREACHABLE


class SafetyError(OpsError):
    """It could have been done, and would have put data or service at risk."""

    exit_code = REFUSED


class TimedOutError(OpsError):
    exit_code = TIMED_OUT


class Interrupted(BaseException):
    """A signal asked the tool to end. No Exception, so that no handler of errors swallows it."""

    def __init__(self, signal_number):
        super().__init__("interrupted by signal %d" % signal_number)
        self.exit_code = 128 + signal_number


class CallRefused(OpsError):
    """A server said no."""

    def __init__(self, method, code, words):
        super().__init__("%s was refused: %s (code %d)" % (method, words, code))
        self.code = code
        self.words = words
        if code in SAFETY_CODES:
            self.exit_code = REFUSED


# The codes with which a server says that it could, and will not; as in the shells.
SAFETY_CODES = frozenset((102, 301, 309, 803, 1240))

TABLE_NOT_FOUND = 100
# Not now: a leader is being elected, a tablet is away for a moment, others are not in sync yet.
NOT_NOW = frozenset((303, 304, 305, 306, 310))
IS_LEADER = 102
NOT_ACTIVE = 300
AUTO_FAILOVER_IS_ON = 301
NOT_IN_ENDPOINT = 308
ALREADY_THERE = 317
