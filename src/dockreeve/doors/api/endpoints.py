"""The table of every signed endpoint: what is in it is answered, described, and in the matrix of rights."""

from dockreeve.doors.api import access, decisions, services, sessions

ENDPOINTS = (*access.ENDPOINTS, *decisions.ENDPOINTS, *services.ENDPOINTS, *sessions.ENDPOINTS)
