"""The table of every signed endpoint: what is in it is answered, described, and in the matrix of rights."""

from dockreeve.doors.api import decisions, sessions

ENDPOINTS = (*decisions.ENDPOINTS, *sessions.ENDPOINTS)
