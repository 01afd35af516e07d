"""usage: imaplib_append.py MAILDIR PORT USER LIMIT"""
import imaplib
import os
import sys
import time

directory, port, user, limit = sys.argv[1:]
client = imaplib.IMAP4("127.0.0.1", int(port))
client.login(user, "pw")
current = os.path.join(directory, "cur")
for name in sorted(os.listdir(current))[: int(limit)]:
    with open(os.path.join(current, name), "rb") as file:
        body = file.read().replace(b"\n", b"\r\n")
    flags = " ".join(f for f, on in (("\\Answered", "R" in name), ("\\Seen", name.endswith("S"))) if on)
    date = imaplib.Time2Internaldate(float(name.split(".")[0]))
    status, said = client.append("INBOX", f"({flags})", date, body)
    assert status == "OK", said
client.logout()
