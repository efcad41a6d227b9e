"""Who asks, are they allowed, write it down. Every door leads through here."""

from dockreeve.gate.admit import Denied, Gate
from dockreeve.gate.caller import Unauthenticated
from dockreeve.gate.context import Asked
from dockreeve.gate.journal import Journal
from dockreeve.gate.shared_journal import SharedJournal

__all__ = ["Asked", "Denied", "Gate", "Journal", "SharedJournal", "Unauthenticated"]
