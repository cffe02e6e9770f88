"""Prints every operation of version 1 that the official package knows, one on each line.

The server keeps this list, to tell what it does not support from what is nowhere; a test compares.
"""

import pathlib
import re

import stripe

REQUEST = re.compile(r'self\._request\(\s*"(\w+)",\s*"(/v1/[^"]+)"')

found = set()
for file in pathlib.Path(stripe.__file__).parent.rglob("*_service.py"):
    for method, path in REQUEST.findall(file.read_text()):
        found.add((path, method.upper()))
for path, method in sorted(found):
    print(method, path)
