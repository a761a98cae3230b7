"""Claims judged on runs and on the record; the track record; what an answer rests on."""

from detente.judge.claims import Claim, load_claims
from detente.judge.judging import judge
from detente.judge.verdict import Verdict, write_verdicts

__all__ = ["Claim", "Verdict", "judge", "load_claims", "write_verdicts"]
