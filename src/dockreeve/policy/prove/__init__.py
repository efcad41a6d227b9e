"""What policies allow over all requests, not only over one: `can` in docker's verbs, `diff` between two sets."""

from dockreeve.policy.prove.additions import Addition
from dockreeve.policy.prove.can import Answer, Case, Missing, NoSuchName, Outcome, Place, Subject, can
from dockreeve.policy.prove.diff import Change, Difference, Undecided, Way, Witness, diff
from dockreeve.policy.verbs import VERBS, Need, On, Verb

__all__ = [
    "VERBS",
    "Addition",
    "Answer",
    "Case",
    "Change",
    "Difference",
    "Missing",
    "Need",
    "NoSuchName",
    "On",
    "Outcome",
    "Place",
    "Subject",
    "Undecided",
    "Verb",
    "Way",
    "Witness",
    "can",
    "diff",
]
