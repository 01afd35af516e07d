#!/usr/bin/env python3
"""What a real Dovecot says of a whole home, as one JSON object.

    dovecot_home.py DIRECTORY LOCATION [SETTING=VALUE ...]

DIRECTORY is copied (Dovecot rewrites mboxes); LOCATION is a mail_location in which `~/in` is the copy, such as `mbox:~/in/mail:INBOX=~/in/mbox` or
`maildir:~/in`. Prints {folders, subscribed, uidl, view}: names as IMAP lists them, the POP3 UIDLs of INBOX in the order of pop3d, and for every folder what
dovecot_view.py prints for one ([header, messages]). SETTINGs go to pop3d, such as pop3_uidl_format=%08Xv%08Xu.
"""
import json, os, re, shutil, subprocess, sys, tempfile
import dovecot_view


def listed(out, word):
    """Names of LIST or LSUB responses that can be selected, sorted."""
    names = []
    for line in out.decode("latin1").split("\r\n"):
        found = re.match(r'\* %s \(([^)]*)\) (?:"."|NIL) (?:"((?:[^"\\]|\\.)*)"|(\S+))$' % word, line)
        if found and "\\noselect" not in found[1].lower() and "\\nonexistent" not in found[1].lower():
            names.append(re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3])
    return sorted(names)


def ask(directory, location, settings=()):
    home = tempfile.mkdtemp(prefix="dovecot-home-")
    os.chmod(home, 0o755)
    try:
        os.makedirs(home + "/run")
        shutil.copytree(directory, home + "/in", symlinks=True)
        conf = home + "/dovecot.conf"
        with open(conf, "w") as f:
            f.write(dovecot_view.CONF.format(run=home + "/run"))
        subprocess.run(["chown", "-R", "nobody:nogroup", home], check=True)
        location += ":INDEX=~/index" if location.startswith("mbox:") else ""
        lists = 'a LIST "" "*"\r\nb LSUB "" "*"\r\n'
        out, _ = dovecot_view.talk(home, conf, "imap", location, lists, re.compile(rb"^b .*\r\n", re.M), "c LOGOUT\r\n")
        folders, subscribed = listed(out, "LIST"), listed(out, "LSUB")
        view = {folder: dovecot_view.fetch(home, conf, location, folder) for folder in folders}
        out, _ = dovecot_view.talk(home, conf, "pop3", location, "UIDL\r\n", re.compile(rb"^(?:\.|-ERR.*)\r\n", re.M), "QUIT\r\n", settings)
        uidl = re.findall(r"^\d+ (\S+)\r$", out.decode("latin1"), re.M)
        return {"folders": folders, "subscribed": subscribed, "uidl": uidl, "view": view}
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    print(json.dumps(ask(os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:])))
