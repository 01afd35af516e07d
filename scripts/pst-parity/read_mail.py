"""What Python's email package (policy default) finds in the mails of a Maildir, as JSON: read_mail.py MAILDIR. Shares no code with the program: it reads
dovecot-uidlist, dovecot-keywords, the file names and times, and of the ledger only which UID came from which node."""
import base64, email, email.policy, hashlib, json, os, re, sys

root = sys.argv[1]


def utf7(name):
    def run(match):
        text = match[1].replace(",", "/")
        return "&" if text == "" else base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be", "surrogatepass")
    return re.sub(r"&([^-]*)-", run, name)


def defects_of(part, where):
    found = [f"{where}: {type(d).__name__}: {d}" for d in part.defects]
    for name, value in part.items():
        found += [f"{where} {name}: {type(d).__name__}: {d}" for d in getattr(value, "defects", ())]
    return found


def people(message, name):
    field = message[name]
    return [] if field is None else [[a.display_name, a.addr_spec] for a in field.addresses]


def walk(part, where, out, related):
    out["defects"] += defects_of(part, where)
    kind = part.get_content_type()
    if kind == "message/rfc822":
        out["leaves"].append({"type": kind, "name": part.get_filename(), "mail": mail(part.get_payload(0))})
        return
    if part.is_multipart():
        for i, child in enumerate(part.get_payload()):
            walk(child, f"{where}.{i}", out, related or kind == "multipart/related")
        return
    octets = part.get_payload(decode=True) or b""
    out["defects"] += [d for d in defects_of(part, where) if d not in out["defects"]]
    leaf = {"type": kind, "name": part.get_filename(), "sha256": hashlib.sha256(octets).hexdigest(), "size": len(octets)}
    leaf["disposition"] = part.get_content_disposition()
    leaf["cid"] = (part["Content-ID"] or "").strip("<> ") or None
    leaf["related"] = related
    if part.get_content_maintype() == "text":
        charset = part.get_content_charset() or "ascii"
        try:
            leaf["text"] = octets.decode({"windows-874": "cp874"}.get(charset, charset), "strict")
        except Exception as error:
            leaf["text"] = octets.decode("latin1")
            leaf["undecodable"] = f"{charset}: {error}"
    out["leaves"].append(leaf)


def mail(message):
    out = {"defects": [], "leaves": []}
    walk(message, "0", out, False)
    out["subject"] = str(message["Subject"]) if message["Subject"] is not None else None
    out["names"] = [name for name, _ in message.items()]
    out["dateText"] = message["Date"]
    try:
        out["headerDate"] = message["Date"].datetime.timestamp() * 1000
    except Exception:
        out["headerDate"] = None
    out["messageId"] = str(message["Message-ID"])
    for name in ("From", "To", "Cc", "Bcc"):
        out[name.lower()] = people(message, name)
        out["raw" + name] = str(message[name] or "")
    return out


def numbered(path):
    with open(path, encoding="utf8") as f:
        for line in f:
            yield line.rstrip("\n").split(" ", 1)


folders, nids = {}, {}
with open(root + "/mailferry-ledger", encoding="utf8") as f:
    for row in map(json.loads, f):
        if row[0] == "f":
            folders[row[1]] = {"path": row[2], "directory": row[3]}
        if row[0] == "m":
            nids[(row[1], row[3])] = int(row[-1]["id"][6:], 16)
result = []
for number, folder in folders.items():
    base = os.path.join(root, folder["directory"])
    uids = {}
    for uid, rest in list(numbered(base + "/dovecot-uidlist"))[1:]:
        uids[rest[rest.index(":") + 1:]] = int(uid)
    words = dict(numbered(base + "/dovecot-keywords")) if os.path.exists(base + "/dovecot-keywords") else {}
    for part in ("cur", "new"):
        for name in sorted(os.listdir(f"{base}/{part}")):
            plain, _, letters = name.partition(":2,")
            path = f"{base}/{part}/{name}"
            with open(path, "rb") as f:
                octets = f.read()
            found = mail(email.message_from_bytes(octets, policy=email.policy.default))
            found["file"] = path
            found["nid"] = nids.get((number, uids.get(plain)))
            found["flags"] = sorted(words.get(str(ord(c) - 97), c) if c.islower() else c for c in letters)
            found["date"] = os.stat(path).st_mtime * 1000
            found["path"] = folder["path"]
            found["disk"] = [utf7(p) for p in folder["directory"].split(".")[1:]]
            found["long"] = [l for l in octets.split(b"\n") if len(l) > 999][:1] != []
            found["nul"] = b"\0" in octets
            found["eightbit"] = any(c > 127 for c in re.split(rb"\r?\n\r?\n", octets, maxsplit=1)[0])
            result.append(found)
json.dump(result, sys.stdout)
