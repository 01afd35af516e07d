"""Parses messages with Python's email package (policy default). Standard input: a JSON array of base64 strings. Output: a JSON
array with the defects, the header fields and the leaves of each."""
import base64, email, email.policy, hashlib, json, sys


def defects_of(part, where):
    found = [f"{where}: {type(d).__name__}: {d}" for d in part.defects]
    for name, value in part.items():
        found += [f"{where} {name}: {type(d).__name__}: {d}" for d in getattr(value, "defects", ())]
    return found


def leaves(part, where, out):
    out["defects"] += defects_of(part, where)
    if part.is_multipart():
        out["tree"].append(where + " " + part.get_content_type())
        for i, child in enumerate(part.get_payload()):
            leaves(child, f"{where}.{i}", out)
        return
    octets = part.get_payload(decode=True) or b""
    out["defects"] += [d for d in defects_of(part, where) if d not in out["defects"]]
    leaf = {"path": where, "type": part.get_content_type(), "name": part.get_filename(), "sha256": hashlib.sha256(octets).hexdigest(), "size": len(octets)}
    if part.get_content_maintype() == "text":
        try:
            leaf["text"] = octets.decode(part.get_content_charset() or "ascii", "replace")
        except LookupError:
            leaf["text"] = None
    out["tree"].append(where + " " + leaf["type"])
    out["leaves"].append(leaf)


def read(octets):
    out = {"defects": [], "tree": [], "leaves": []}
    message = email.message_from_bytes(octets, policy=email.policy.default)
    leaves(message, "0", out)
    out["fields"] = [[name, str(value)] for name, value in message.items()]
    for name in ("From", "To", "Cc", "Bcc"):
        field = message[name]
        out[name.lower()] = [[a.display_name, a.addr_spec] for a in field.addresses] if field is not None else []
    return out


json.dump([read(base64.b64decode(m)) for m in json.load(sys.stdin)], sys.stdout)
