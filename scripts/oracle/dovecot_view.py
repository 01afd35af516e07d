#!/usr/bin/env python3
"""What a real Dovecot says of an mbox or a Maildir, as JSON lines.

    dovecot_view.py MBOX|MAILDIR [FOLDER]
    dovecot_view.py --many MBOX|MAILDIR...    two at a time; one line a path: {path, head, messages}

First line {uidvalidity, uidnext, errors}, then one line a message {uid, flags, keywords, date, size, sha256}: size and SHA-256 are those of the
octets that IMAP serves (CRLF line ends). Works on a copy, since Dovecot rewrites an mbox that it opens. Needs root, Debian's dovecot-core and
dovecot-imapd, Python 3.9+; no daemon, no port: the imap binary speaks on a pipe, as an unprivileged scratch user, with TZ=UTC.
"""
import concurrent.futures, datetime, hashlib, json, os, re, shutil, subprocess, sys, tempfile

CONF = """base_dir = {run}
state_dir = {run}
log_path = /dev/stderr
info_log_path = /dev/stderr
ssl = no
protocols =
first_valid_uid = 1
first_valid_gid = 1
mail_uid = nobody
mail_gid = nogroup
stats_writer_socket_path =
mbox_read_locks = fcntl
mbox_write_locks = fcntl
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


# Octets of a line that ends the answer; it may come in two reads.
LONGEST_END = 8192


def as_nobody(home):
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "env", "-i",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + home, "USER=nobody", "TZ=UTC"]


def talk(home, conf, binary, location, script, end, goodbye, settings=()):
    """
    The (output, log) of one session of imap or pop3 on a pipe. `goodbye` is only said once `end`, a pattern of octets, has come: Dovecot drops what a
    slow reader has not taken when the client leaves. stdin stays open until the session ends by itself.
    """
    command = as_nobody(home) + ["timeout", "300", "/usr/lib/dovecot/" + binary, "-c", conf, "-o", "mail_location=" + location]
    for setting in settings:
        command += ["-o", setting]
    with tempfile.TemporaryFile() as errors:
        p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=home, bufsize=0)
        out = bytearray()
        say(p.stdin, script)
        while chunk := p.stdout.read(1 << 20):
            looked = max(0, len(out) - LONGEST_END)
            out += chunk
            if end.search(out, looked):
                say(p.stdin, goodbye)
                out += p.stdout.read()
                break
        p.stdin.close()
        p.wait()
        errors.seek(0)
        return bytes(out), errors.read().decode("latin1")


def say(stdin, text):
    try:
        stdin.write(text.encode())
    except BrokenPipeError:  # the session has ended by itself; its log says why
        pass


def fetch(home, conf, location, folder):
    """What parse() makes of all messages of a folder."""
    tag = "fetch" + os.urandom(12).hex()  # in no message
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    script = "a SELECT %s\r\n%s UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])\r\n" % (quoted, tag)
    out, log = talk(home, conf, "imap", location, script, re.compile(rb"^%s .*\r\n" % tag.encode(), re.M), "c LOGOUT\r\n")
    return parse(out.replace(b"\r\n%s " % tag.encode(), b"\r\nb "), log)


def view(source, folder="INBOX"):
    """The (header, messages) that Dovecot serves for the mbox file or Maildir directory `source`."""
    home = tempfile.mkdtemp(prefix="dovecot-view-")
    os.chmod(home, 0o755)
    try:
        os.makedirs(home + "/mail")
        os.makedirs(home + "/run")
        if os.path.isdir(source):
            shutil.copytree(source, home + "/in", symlinks=True)
            location = "maildir:~/in"
        else:
            shutil.copyfile(source, home + "/in")
            location = "mbox:~/mail:INBOX=~/in:INDEX=~/index"
        conf = home + "/dovecot.conf"
        with open(conf, "w") as f:
            f.write(CONF.format(run=home + "/run"))
        subprocess.run(["chown", "-R", "nobody:nogroup", home], check=True)
        return fetch(home, conf, location, folder)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def parse(out, log):
    head = {"uidvalidity": None, "uidnext": None, "errors": []}
    messages, pos = [], 0
    while (end := out.find(b"\r\n", pos)) >= 0:
        line = out[pos:end]
        literal = re.search(rb"\{(\d+)\}$", line)
        if literal and b" FETCH (" in line:
            start, n = end + 2, int(literal[1])
            body = out[start:start + n]
            close = out.find(b"\r\n", start + n)
            if close < 0:
                head["errors"].append("output ends inside a literal")
                break
            pos = close + 2
            text = (line + out[start + n:close]).decode("latin1")
            flags = re.search(r"FLAGS \(([^)]*)\)", text)[1].split()
            date = datetime.datetime.strptime(re.search(r'INTERNALDATE "([^"]*)"', text)[1].strip(), "%d-%b-%Y %H:%M:%S %z")
            messages.append({
                "uid": int(re.search(r"UID (\d+)", text)[1]),
                "flags": sorted(f for f in flags if f.startswith("\\") and f != "\\Recent"),
                "keywords": sorted(f for f in flags if not f.startswith("\\")),
                "date": date.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "size": n,
                "sha256": hashlib.sha256(body).hexdigest(),
            })
            continue
        pos = end + 2
        for key, pattern in (("uidvalidity", rb"UIDVALIDITY (\d+)"), ("uidnext", rb"UIDNEXT (\d+)")):
            if m := re.search(pattern, line):
                head[key] = int(m[1])
        if re.match(rb"[abc] (NO|BAD)", line) or (line.startswith(b"* BYE") and b"Logging out" not in line):
            head["errors"].append(line.decode("latin1"))
    head["errors"] += [re.sub(r"^imap\([^)]*\)<[^>]*><[^>]*>: ", "", x)[:300] for x in log.splitlines() if re.search("Error|Warning|Panic|Fatal", x)][:5]
    return head, messages


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--many":
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for path, (header, found) in zip(sys.argv[2:], pool.map(lambda p: view(os.path.abspath(p)), sys.argv[2:])):
                print(json.dumps({"path": path, "head": header, "messages": found}))
        sys.exit(0)
    header, found = view(os.path.abspath(sys.argv[1]), *sys.argv[2:3])
    print(json.dumps(header))
    for message in found:
        print(json.dumps(message))
