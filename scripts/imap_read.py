"""Reads an account with Python's imaplib: a JSON line a message and one a folder, for scripts/prove-upload.mjs.
usage: imap_read.py HOST PORT USER   (on standard input: the password, then the mailboxes to read, a line each)"""
import hashlib
import imaplib
import json
import re
import sys
from datetime import datetime, timezone

imaplib._MAXLINE = 1 << 30
host, port, user = sys.argv[1:]
client = imaplib.IMAP4(host, int(port))
client.login(user, sys.stdin.readline().rstrip("\n"))
boxes = set(sys.stdin.read().split("\n"))
LINE = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?P<delimiter>[^"]*)"|NIL) (?P<name>.*)', re.S)


def names(kind, answer):
    """Mailbox names as on the wire."""
    for part in answer:
        if part is None:
            continue
        text = part[0] + b"" if isinstance(part, tuple) else part
        match = LINE.match(text)
        if match is None:
            continue
        name = part[1] if isinstance(part, tuple) else match["name"].strip()
        if name.startswith(b'"'):
            name = name[1:-1].replace(b'\\"', b'"').replace(b"\\\\", b"\\")
        yield name.decode("ascii"), match["flags"].decode().lower(), kind


for name, flags, _ in names("LIST", client.list()[1]):
    if "\\noselect" in flags:
        continue
    print(json.dumps({"folder": name}))
    if name not in boxes:
        continue
    status, said = client.select('"%s"' % name.replace("\\", "\\\\").replace('"', '\\"'), readonly=True)
    assert status == "OK", (name, said)
    count = int(said[0])
    for first in range(1, count + 1, 200):
        status, answer = client.fetch("%d:%d" % (first, min(count, first + 199)), "(UID FLAGS INTERNALDATE BODY.PEEK[])")
        assert status == "OK", answer
        for at, part in enumerate(answer):
            if not isinstance(part, tuple):
                continue
            after = answer[at + 1] if at + 1 < len(answer) and isinstance(answer[at + 1], bytes) else b""
            head = part[0] + after
            flags = re.search(rb"FLAGS \(([^)]*)\)", head)[1].decode("latin1").split()
            stamp = re.search(rb'INTERNALDATE "([^"]*)"', head)[1].decode().strip()
            date = datetime.strptime(stamp, "%d-%b-%Y %H:%M:%S %z").astimezone(timezone.utc)
            kept = sorted(flag for flag in flags if flag.lower() != "\\recent")
            seconds = int(date.timestamp())
            print(json.dumps({"box": name, "sha256": hashlib.sha256(part[1]).hexdigest(), "flags": kept, "seconds": seconds}))
for name, _, _ in names("LSUB", client.lsub()[1]):
    print(json.dumps({"subscribed": name}))
client.logout()
