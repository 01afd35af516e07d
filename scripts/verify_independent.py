#!/usr/bin/env python3
"""An independent check of a converted Maildir: shares no code with mailferry, only the documented formats (docs/formats/ledger.md).

    verify_independent.py MAILDIR

For every source file that the ledger knows as read to its end: the octets that its ranges name, read from the source, are compared with the message
file in the Maildir. A message without ranges (of a PST, a Maildir, single files) is compared by the hash of what was stored. The time of a file is
compared with the ledger's date, its flags with the ledger's. Prints a JSON line a difference, then a summary; exit status 0 when no message is missing,
altered, doubled or dated otherwise, else 1. Of a PST every message node must stand in the ledger's books, each once, and every one that is mail must have
its message line. A message that the ledger knows and dovecot-uidlist does not was removed by the user, and so were flags
changed: no failures.
Python standard library only.
"""
import gzip, hashlib, json, os, re, sys

NAME = re.compile(r"^(\d+)\.M(\d+)\.([0-9a-f]{20}-\d+),S=(\d+)(?:,W=\d+)?$")
SEPARATOR = re.compile(r"[:;!_-]2,[A-Za-z]*$")
OLDEST, NEWEST = -2**31, 2**32 - 1


def read_ledger(path):
    """Sources read to their end by path, folders by number, the last line of each message by folder and identity; up to the last commit."""
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")[:-1]
    last = max((i for i, line in enumerate(lines) if line.startswith(b'["c",')), default=-1)
    sources, folders, messages, nodes = {}, {}, {}, {}
    for line in lines[:last + 1]:
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if fields[0] == "d":
            sources[fields[2]] = fields
        elif fields[0] == "f":
            folders[fields[1]] = fields
        elif fields[0] == "m":
            messages[(fields[1], fields[2])] = fields
        elif fields[0] == "n":
            nodes.setdefault(fields[1], {})[fields[2]] = nodes_of(fields[3])
    return sources, folders, messages, nodes


def nodes_of(runs):
    """Numbers of message nodes: the ledger has distances and lengths of runs, without the five bits of the type."""
    at, found = 0, []
    for i in range(0, len(runs), 2):
        at += runs[i]
        found += [32 * (at + k) + 4 for k in range(runs[i + 1])]
        at += runs[i + 1]
    return found


def check_nodes(sources, messages, nodes):
    """The books of each PST: all its message nodes, each once, and a message line for each that is mail."""
    lines = {fields[12].get("id") for fields in messages.values() if len(fields) > 12}
    for path, fields in sources.items():
        expected = fields[13].get("nodes") if len(fields) > 13 else None
        if expected is None:
            continue
        ends = nodes.get(fields[1], {})
        found = [nid for nids in ends.values() for nid in nids]
        if len(found) != expected[0] or len(set(found)) != len(found) or {end: len(nids) for end, nids in ends.items()} != expected[1]:
            yield {"kind": "unaccounted", "source": path, "note": "%d of %d message nodes" % (len(set(found)), expected[0])}
        for nid in ends.get("mail", []):
            if "nid:0x%x" % nid not in lines:
                yield {"kind": "unaccounted", "source": path, "note": "nid:0x%x is mail and has no line" % nid}


def ranges_of(span):
    """Pairs of offset and length: the ledger has distances from the end of the range before."""
    at, found = span[1], []
    for i in range(3, len(span), 2):
        found.append((at + span[i], span[i + 1]))
        at += span[i] + span[i + 1]
    return found


def files_of(directory):
    """Message files by key and size, and all paths that have the same."""
    found = {}
    for part in ("cur", "new"):
        try:
            names = os.listdir(os.path.join(directory, part))
        except FileNotFoundError:
            continue
        for name in names:
            match = NAME.match(SEPARATOR.sub("", name))
            if match:
                found.setdefault((match[3], int(match[4])), []).append(os.path.join(directory, part, name))
    return found


def expunged(directory, uid, base):
    """True when Dovecot's own log says that it removed the message: UID and the end of the SHA-1 of the base name."""
    record = uid.to_bytes(4, "little") + hashlib.sha1(base.encode()).digest()[4:]
    for name in ("dovecot.index.log", "dovecot.index.log.2"):
        try:
            with open(os.path.join(directory, name), "rb") as log:
                if record in log.read():
                    return True
        except FileNotFoundError:
            pass
    return False


def named_by_uidlist(directory):
    """UID and base name by key."""
    try:
        with open(os.path.join(directory, "dovecot-uidlist"), encoding="utf-8", errors="replace") as file:
            lines = file.read().split("\n")[1:]
    except FileNotFoundError:
        return {}
    found = {}
    for line in lines:
        head, _, base = line.partition(" :")
        match = NAME.match(base)
        if match and head.split(" ")[0].isdigit():
            found[match[3]] = (int(head.split(" ")[0]), base)
    return found


def crlf_hash(octets):
    """SHA-256 of the CRLF form: every bare LF gets its CR."""
    return hashlib.sha256(re.sub(rb"(?<!\r)\n", b"\r\n", octets)).hexdigest()


def keywords_of(directory):
    """Letters of dovecot-keywords by name."""
    try:
        with open(os.path.join(directory, "dovecot-keywords"), encoding="utf-8", errors="replace") as file:
            pairs = [line.rstrip("\n").split(" ", 1) for line in file]
    except FileNotFoundError:
        return {}
    return {pair[1].lower(): chr(97 + int(pair[0])) for pair in pairs if len(pair) == 2 and pair[0].isdigit() and int(pair[0]) < 26}


def flags_of(value, letters):
    """The letters that a Maildir can keep of the ledger's flags: keywords without a letter are in no file name."""
    system, *names = value if isinstance(value, list) else [value]
    return set(system) | {letters[name.lower()] for name in names if name.lower() in letters}


def flags_in(path, letters):
    match = re.search(r"[:;!_-]2,([A-Za-z]*)$", path)
    known = set("DFRST") | set(letters.values())
    return {letter for letter in (match[1] if match else "") if letter in known}


def open_source(path):
    """Source files are ranges of the unpacked text."""
    with open(path, "rb") as file:
        return gzip.open(path, "rb") if file.read(2) == b"\x1f\x8b" else open(path, "rb")


def check(root):
    sources, folders, messages, nodes = read_ledger(os.path.join(root, "mailferry-ledger"))
    yield from check_nodes(sources, messages, nodes)
    numbers = {fields[1]: path for path, fields in sources.items()}
    opened, listed, uidlists, keywords, claimed = {}, {}, {}, {}, set()
    for (folder, identity), fields in messages.items():
        directory = os.path.join(root, folders[folder][3])
        if folder not in listed:
            listed[folder], uidlists[folder] = files_of(directory), named_by_uidlist(directory)
        key = identity[:20] + identity[64:]
        place = {"folder": folders[folder][2], "uid": fields[3], "identity": identity}
        paths = listed[folder].get((key, fields[9]), [])
        claimed.add((folder, key, fields[9]))
        if not paths:
            named = uidlists[folder].get(key)
            lost = named is not None and not expunged(directory, *named)
            yield dict(place, kind="missing" if lost else "removedByUser")
            continue
        if len(paths) > 1:
            yield dict(place, kind="doubled")
        with open(paths[0], "rb") as file:
            stored = file.read()
        span, more = fields[11], fields[12] if len(fields) > 12 else {}
        if span and span[0] in numbers:
            path = numbers[span[0]]
            if path not in opened:
                opened[path] = open_source(path)
            wanted = b""
            for offset, length in ranges_of(span):
                opened[path].seek(offset)
                wanted += opened[path].read(length)
            if wanted != stored:
                yield dict(place, kind="altered")
        elif not span and "hash" in more and more["hash"] != crlf_hash(stored):
            yield dict(place, kind="altered")
        if not span and "hash" not in more and not more.get("id", "").startswith("nid:") and identity[:64] != crlf_hash(stored):
            yield dict(place, kind="altered")
        if directory not in keywords:
            keywords[directory] = keywords_of(directory)
        wanted, found = flags_of(fields[6], keywords[directory]), flags_in(paths[0], keywords[directory])
        if wanted != found:
            yield dict(place, kind="flagsByUser", note="%s in the ledger, %s in the Maildir" % (sorted(wanted), sorted(found)))
        seconds = max(OLDEST, min(NEWEST, fields[4] // 1))
        if int(os.stat(paths[0]).st_mtime // 1) != int(seconds):
            yield dict(place, kind="date")
    for folder, files in listed.items():
        for (key, size), paths in files.items():
            if (folder, key, size) not in claimed:
                yield {"folder": folders[folder][2], "kind": "additional", "file": os.path.basename(paths[0])}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    counts = {}
    for difference in check(sys.argv[1]):
        counts[difference["kind"]] = counts.get(difference["kind"], 0) + 1
        print(json.dumps(difference))
    failures = sum(counts.get(kind, 0) for kind in ("missing", "altered", "doubled", "date", "unaccounted"))
    print(json.dumps({"kind": "summary", "counts": counts, "failures": failures}))
    sys.exit(1 if failures else 0)


main()
