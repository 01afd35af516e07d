#!/usr/bin/env python3
"""The night of the switch, many times over.

usage: python3 scripts/prove-delta.py [--rounds 50] [--seed 1] [--program packages/cli/bin/mailferry.js]

While `mailferry convert --propagate-deletes` runs again and again (every other time with --lock), a process writes to the mbox as an MTA and an old
IMAP server do (appends, changes flags and keywords, expunges; dotlock and fcntl lock; in place, in small pieces), and a user works in the Maildir
through a real Dovecot (flags, moves, deletes). In the end every message has to be where, and as often, and with the flags that the rules say; no
octet may be torn; no UID may ever have changed. Needs root (Dovecot works as nobody), Dovecot, and the build. Prints one line of JSON.
"""
import argparse
import fcntl
import hashlib
import imaplib
import json
import multiprocessing
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

PSEUDO = (
    "From MAILER-DAEMON Thu Jan  1 00:00:00 2004\n"
    "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n"
    "X-IMAP: 1072915200 %010d boat dock\n"
    "Status: RO\n\n"
    "This text is part of the internal format of your mail folder, and is not\n"
    "a real message.\n\n"
)
# Each side changes flags of its own, so that the outcome does not hang on who came first; conflicts are a matter of the unit tests.
SOURCE_FLAGS = ["\\Seen", "\\Answered", "boat"]
USER_FLAGS = ["\\Flagged", "\\Draft", "ship"]
NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "-i", "PATH=" + os.environ["PATH"], "USER=nobody", "TZ=UTC"]


def body_of(number):
    """A text that tells whether it is whole."""
    text = "".join(f"line {i} of message {number}\n" for i in range(3 + number * 7 % 40))
    return f"{text}{hashlib.sha256(text.encode()).hexdigest()}\n"


class Writer:
    """The mbox as MTA and old IMAP server write it; `messages` is the truth."""

    def __init__(self, path, rng):
        self.path, self.rng = path, rng
        self.messages, self.next, self.last_uid = [], 1, 0

    def text(self, message):
        flags = message["flags"]
        head = f"From ann@example.org Thu Jan  1 12:00:{message['id'] % 60:02d} 2004\nSubject: m{message['id']}\n"
        if message["uid"]:
            head += f"X-UID: {message['uid']}\n"
        if message["uid"] or flags:
            head += f"Status: {'R' if chr(92) + 'Seen' in flags else ''}O\nX-Status: {'A' if chr(92) + 'Answered' in flags else ''}\n"
        if "boat" in flags:
            head += "X-Keywords: boat\n"
        return f"{head}\n{body_of(message['id'])}\n"

    def whole(self):
        return PSEUDO % self.last_uid + "".join(map(self.text, self.messages))

    def step(self):
        kind = self.rng.random()
        if kind < 0.55 or len(self.messages) < 5:
            self.messages.append({"id": self.next, "flags": [], "uid": 0})
            self.next += 1
            self.write(self.text(self.messages[-1]), None)
            return
        if kind < 0.85:
            message = self.rng.choice(self.messages)
            flag = self.rng.choice(SOURCE_FLAGS)
            message["flags"] = sorted(set(message["flags"]) ^ {flag})
        else:
            del self.messages[self.rng.randrange(len(self.messages))]
        # A session of the old server numbers what has no UID yet.
        for message in self.messages:
            if not message["uid"]:
                self.last_uid += 1
                message["uid"] = self.last_uid
        self.write(self.whole(), 0)

    def write(self, text, offset):
        """Under both locks, in pieces: from `offset`, else at the end."""
        own = f"{self.path}.lock.{os.getpid()}"
        with open(own, "w") as lock:
            lock.write(f"{os.getpid()}:{socket.gethostname()}")
        while True:
            try:
                os.link(own, f"{self.path}.lock")
                break
            except FileExistsError:
                time.sleep(0.005)
        os.unlink(own)
        try:
            with open(self.path, "r+b", buffering=0) as file:
                fcntl.lockf(file, fcntl.LOCK_EX)
                file.seek(0, os.SEEK_END if offset is None else os.SEEK_SET)
                octets = text.encode()
                for at in range(0, len(octets), 700):
                    file.write(octets[at : at + 700])
                    if at % 2100 == 0:
                        time.sleep(0.0005)
                if offset is not None:
                    file.truncate()
        finally:
            os.unlink(f"{self.path}.lock")


def write_on(path, seed, start, stop, out):
    """The process that writes, until it is told to stop; then it says what is in the mbox."""
    os.setgid(65534)
    os.setuid(65534)
    writer = Writer(path, random.Random(seed))
    for _ in range(30):
        writer.step()
    start.set()
    steps = 30
    while not stop.is_set():
        writer.step()
        steps += 1
        time.sleep(writer.rng.random() * 0.04)
    out.put({"messages": writer.messages, "next": writer.next, "steps": steps})


class User:
    """Somebody with a mail program, on a real Dovecot."""

    def __init__(self, command, rng):
        self.imap = imaplib.IMAP4_stream(command)
        self.rng = rng
        self.flags, self.moved, self.deleted, self.uids = {}, set(), set(), {}
        self.validities, self.errors, self.steps = set(), [], 0

    def select(self, folder="INBOX"):
        status, data = self.imap.select(folder)
        if status != "OK":
            raise RuntimeError(f"SELECT {folder}: {data}")
        if folder == "INBOX":
            self.validities.add(self.imap.untagged_responses["UIDVALIDITY"][0].decode())

    def listing(self):
        """UID, number, flags, text of each message of the selected folder."""
        status, data = self.imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
        found = []
        for i, part in enumerate(data if status == "OK" else []):
            if not isinstance(part, tuple):
                continue
            text = part[1].decode("latin1")
            meta = part[0].decode() + (data[i + 1].decode() if isinstance(data[i + 1], bytes) else "")
            subject = re.search(r"^Subject: m(\d+)\r?$", text, re.M)
            found.append(
                {
                    "uid": int(re.search(r"UID (\d+)", meta)[1]),
                    "id": int(subject[1]) if subject else None,
                    "flags": set(re.search(r"FLAGS \(([^)]*)\)", meta)[1].split()) - {"\\Recent"},
                    "text": text.replace("\r\n", "\n"),
                }
            )
        return found

    def look(self):
        """UIDs that a message had once are for ever."""
        self.select()
        found = self.listing()
        for message in found:
            before = self.uids.setdefault(message["id"], message["uid"])
            if before != message["uid"]:
                self.errors.append(f"message {message['id']} had UID {before} and has {message['uid']}")
        return found

    def step(self):
        found = self.look()
        if not found:
            return
        self.steps += 1
        message = self.rng.choice(found)
        uid, number = str(message["uid"]), message["id"]
        kind = self.rng.random()
        if kind < 0.7:
            flag = self.rng.choice(USER_FLAGS)
            sign = self.rng.choice("+-")
            self.imap.uid("STORE", uid, f"{sign}FLAGS", f"({flag})")
            mine = self.flags.setdefault(number, {})
            mine[flag] = sign == "+"
        elif kind < 0.85:
            self.imap.uid("MOVE", uid, "Kept")
            self.moved.add(number)
        else:
            self.imap.uid("STORE", uid, "+FLAGS.SILENT", "(\\Deleted)")
            self.imap.uid("EXPUNGE", uid)
            self.deleted.add(number)


def judge(user, truth):
    """What is not as the rules say, one line each."""
    errors = list(user.errors)
    folders = {}
    for folder in ("INBOX", "Kept"):
        user.select(folder)
        folders[folder] = user.listing()
        for message in folders[folder]:
            head, _, text = message["text"].partition("\n\n")
            if message["id"] is None or text.strip() != body_of(message["id"]).strip():
                errors.append(f"a torn message in {folder}, UID {message['uid']}: {head[:80]!r}")
    count = {folder: {} for folder in folders}
    for folder, messages in folders.items():
        for message in messages:
            count[folder].setdefault(message["id"], []).append(message)
    source = {message["id"]: message for message in truth["messages"]}
    tally = {"inSource": 0, "gone": 0, "moved": len(user.moved), "deleted": len(user.deleted), "neverSeen": 0}
    for number in range(1, truth["next"]):
        inbox, kept = count["INBOX"].get(number, []), count["Kept"].get(number, [])
        if number in user.moved or number in user.deleted:
            wanted = (0, 1 if number in user.moved else 0)
            if (len(inbox), len(kept)) != wanted:
                errors.append(f"message {number}, moved or deleted by the user, is {len(inbox)} times in INBOX and {len(kept)} times in Kept")
            continue
        if kept or len(inbox) > 1 or (number in source and not inbox):
            errors.append(f"message {number} is {len(inbox)} times in INBOX and {len(kept)} times in Kept")
            continue
        if not inbox:
            tally["neverSeen"] += 1
            continue
        tally["inSource" if number in source else "gone"] += 1
        flags, mine = inbox[0]["flags"], user.flags.get(number, {})
        for flag in USER_FLAGS:
            if (flag in flags) != mine.get(flag, False):
                errors.append(f"message {number}: the user wants {flag} {mine.get(flag, False)}, it has {sorted(flags)}")
        if number in source:
            for flag in SOURCE_FLAGS:
                if (flag in flags) != (flag in source[number]["flags"]):
                    errors.append(f"message {number}: the source has {source[number]['flags']}, it has {sorted(flags)}")
        if ("\\Deleted" in flags) != (number not in source):
            errors.append(f"message {number}: in the source {number in source}, flags {sorted(flags)}")
    if len(user.validities) != 1:
        errors.append(f"UIDVALIDITY changed: {sorted(user.validities)}")
    return errors, tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default=os.path.join(os.path.dirname(__file__), "../packages/cli/bin/mailferry.js"))
    options = parser.parse_args()
    if os.getuid() != 0:
        sys.exit("needs root, to let Dovecot and the writer work as nobody")
    home = tempfile.mkdtemp(prefix="prove-delta-")
    os.chmod(home, 0o755)
    place = os.path.join(home, "nobody")
    os.mkdir(place)
    os.chown(place, 65534, 65534)
    source, target, conf = os.path.join(place, "inbox"), os.path.join(place, "Maildir"), os.path.join(home, "dovecot.conf")
    lines = [f"base_dir = {place}/run", f"state_dir = {place}/run", "log_path = /dev/stderr", "ssl = no", "protocols =", "first_valid_uid = 1"]
    lines += ["first_valid_gid = 1", "mail_uid = nobody", "mail_gid = nogroup", "stats_writer_socket_path ="]
    lines += ["namespace inbox {\n  inbox = yes\n  separator = /\n  mailbox Kept {\n    auto = create\n  }\n}"]
    with open(conf, "w") as file:
        file.write("\n".join(lines) + "\n")
    with open(source, "w") as file:
        file.write(PSEUDO % 0)
    os.chown(source, 65534, 65534)

    start, stop, out = multiprocessing.Event(), multiprocessing.Event(), multiprocessing.Queue()
    writer = multiprocessing.Process(target=write_on, args=(source, options.seed, start, stop, out), daemon=True)
    writer.start()
    start.wait()

    def convert(*flags):
        command = [*NOBODY, f"HOME={place}", shutil.which("node"), options.program, "convert", "--propagate-deletes", "--json", *flags, source, target]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(f"convert ended with {run.returncode}: {run.stderr[-2000:]}{run.stdout[-2000:]}")
        return json.loads(run.stdout.strip().split("\n")[-1])

    began = time.monotonic()
    convert()
    imap = " ".join([*NOBODY, f"HOME={place}", "/usr/lib/dovecot/imap", "-c", conf, "-o", f"mail_location=maildir:{target}", "2>>" + os.path.join(home, "log")])
    user = User(imap, random.Random(options.seed + 1))
    done, failures = threading.Event(), []

    def use():
        try:
            while not done.is_set():
                user.step()
                time.sleep(user.rng.random() * 0.1)
        except Exception as error:  # pylint: disable=broad-except
            failures.append(repr(error))

    thread = threading.Thread(target=use)
    thread.start()
    changed = 0
    for number in range(options.rounds):
        report = convert(*(["--lock"] if number % 2 else []))
        changed += 1 if report["issues"].get("SOURCE_CHANGED") else 0
    stop.set()
    truth = out.get()
    writer.join()
    done.set()
    thread.join()
    last = [convert("--lock"), convert("--lock")]
    user.look()
    errors, tally = judge(user, truth)
    user.imap.logout()
    errors += failures
    if last[1]["totals"]["written"] + last[1]["totals"]["updated"] > 0:
        errors.append("the last run, with nothing new in the source, changed something")
    with open(os.path.join(home, "log")) as file:
        errors += [line.strip() for line in file if re.search(r"Error|Warning|Panic|Fatal", line)]
    result = {"rounds": options.rounds, "seed": options.seed, "writerSteps": truth["steps"], "userSteps": user.steps, "changedWhileRead": changed}
    print(json.dumps({**result, **tally, "seconds": round(time.monotonic() - began), "errors": errors[:20], "errorCount": len(errors)}))
    if errors:
        print(f"kept: {home}", file=sys.stderr)
        sys.exit(1)
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
