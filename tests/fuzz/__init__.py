"""Any bytes at all: harnesses that hypothesis drives in `make quick` and atheris in `make fuzz`."""
