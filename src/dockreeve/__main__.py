"""`python -m dockreeve` is `dockreeve`."""

from dockreeve.cli import main

main()
