"""Asks an IMAP server with Python's imaplib, for scripts/upload-parity/run.mjs: steps on standard input, one JSON object out for each line.
A line is {"host", "port", "user", "password", "authUser"?, "steps": [...]}; a step is ["make", NAME] (if it is not there), ["subscribe", NAME],
["append", NAME, FLAGS, DATE, BASE64], ["store", NAME, UIDS, "+FLAGS", FLAGS], ["expunge", NAME, UIDS], ["rename", NAME, NAME], ["read"]; names as on the wire."""
import base64
import hashlib
import imaplib
import json
import re
import sys
from datetime import datetime, timezone

imaplib._MAXLINE = 1 << 30
LINE = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?P<delimiter>(?:[^"\\]|\\.)*)"|NIL) (?P<name>.*)', re.S)


def quoted(name):
    return '"%s"' % name.replace("\\", "\\\\").replace('"', '\\"')


def decode(name):
    """Modified UTF-7 to text (RFC 3501 5.1.3)."""
    def part(match):
        coded = match[1]
        return "&" if coded == "" else base64.b64decode(coded.replace(",", "/") + "=" * (-len(coded) % 4)).decode("utf-16-be", "surrogatepass")
    return re.sub(r"&([^-]*)-", part, name)


def names(answer):
    for part in answer:
        if part is None or part in (b"", b")"):
            continue
        match = LINE.match(part[0] if isinstance(part, tuple) else part)
        if match is None:
            continue
        name = part[1] if isinstance(part, tuple) else match["name"].strip()
        if not isinstance(part, tuple) and name.startswith(b'"'):
            name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
        yield name.decode("utf-8"), match["flags"].decode().lower(), (match["delimiter"] or b"").decode().replace("\\\\", "\\")


def expect(answer, what):
    assert answer[0] == "OK", (what, answer)
    return answer[1]


def messages(client, count):
    for first in range(1, count + 1, 100):
        answer = expect(client.fetch("%d:%d" % (first, min(count, first + 99)), "(UID FLAGS INTERNALDATE BODY.PEEK[])"), "FETCH")
        for at, part in enumerate(answer):
            if not isinstance(part, tuple):
                continue
            after = answer[at + 1] if at + 1 < len(answer) and isinstance(answer[at + 1], bytes) else b""
            head = part[0] + after
            flags = re.search(rb"FLAGS \(([^)]*)\)", head)[1].decode("latin1").split()
            stamp = re.search(rb'INTERNALDATE "([^"]*)"', head)[1].decode().strip()
            date = datetime.strptime(stamp, "%d-%b-%Y %H:%M:%S %z").astimezone(timezone.utc)
            yield {
                "uid": int(re.search(rb"UID (\d+)", head)[1]),
                "flags": sorted(flag for flag in flags if flag.lower() != "\\recent"),
                "seconds": int(date.timestamp()),
                "sha256": hashlib.sha256(part[1]).hexdigest(),
                "size": len(part[1]),
            }


def read(client):
    found = {"boxes": {}, "subscribed": [], "delimiter": ""}
    for name, flags, delimiter in names(expect(client.list(), "LIST")):
        found["delimiter"] = delimiter
        if "\\noselect" in flags or "\\nonexistent" in flags:
            continue
        count = int(expect(client.select(quoted(name), readonly=True), name)[0])
        validity = client.response("UIDVALIDITY")[1][0].decode()
        found["boxes"][name] = {"name": decode(name), "uidvalidity": validity, "messages": list(messages(client, count))}
    found["subscribed"] = sorted(name for name, flags, _ in names(expect(client.lsub(), "LSUB")) if "\\noselect" not in flags)
    return found


def do(client, step):
    what, *args = step
    if what == "read":
        return read(client)
    if what == "make":
        said = client.create(quoted(args[0]))
        assert said[0] == "OK" or b"ALREADYEXISTS" in said[1][0] or b"exists" in said[1][0], said
    elif what in ("create", "subscribe", "unsubscribe"):
        expect(getattr(client, what)(quoted(args[0])), step)
    elif what == "rename":
        expect(client.rename(quoted(args[0]), quoted(args[1])), step)
    elif what == "append":
        expect(client.append(quoted(args[0]), "(%s)" % " ".join(args[1]), '"%s"' % args[2], base64.b64decode(args[3])), step[:3])
    else:
        expect(client.select(quoted(args[0])), step)
        if what == "store":
            expect(client.uid("STORE", args[1], args[2], "(%s)" % " ".join(args[3])), step)
        else:
            expect(client.uid("STORE", args[1], "+FLAGS", "(\\Deleted)"), step)
            expect(client.uid("EXPUNGE", args[1]), step)
    return None


# imaplib makes CR LF of bare ones on its own; what is appended here is as it is.
imaplib.MapCRLF = re.compile(rb"(?!)")
for line in sys.stdin:
    job = json.loads(line)
    client = imaplib.IMAP4(job["host"], job["port"])
    if job.get("authUser"):
        client.authenticate("PLAIN", lambda _: ("%s\0%s\0%s" % (job["user"], job["authUser"], job["password"])).encode())
    else:
        client.login(job["user"], job["password"])
    answers = [do(client, step) for step in job["steps"]]
    client.logout()
    print(json.dumps(answers[-1] if answers else None), flush=True)
