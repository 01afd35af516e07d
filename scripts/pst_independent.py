#!/usr/bin/env python3
"""Counts what is in PST and OST files: an independent reader of [MS-PST], which shares no code with mailferry. For whole files without CYCLIC only.

    pst_independent.py FILE...

Prints a JSON line a file: the message nodes of the node tree, how many of them the contents tables list, folders, associated messages, search folders; then,
over the message nodes and what is embedded in them: recipients, attachments with their octets and one SHA-256 over the sorted SHA-256 of their data,
embedded messages; and the message nodes by their class. Python standard library only.
"""
import collections, hashlib, json, struct, sys, zlib

# mpbbI of [MS-PST] 5.1: PERMUTE in the direction that decodes.
PERMUTE = bytes((
    71, 241, 180, 230, 11, 106, 114, 72, 133, 78, 158, 235, 226, 248, 148, 83, 224, 187, 160, 2, 232, 90, 9, 171, 219, 227, 186, 198, 124, 195, 16, 221,
    57, 5, 150, 48, 245, 55, 96, 130, 140, 201, 19, 74, 107, 29, 243, 251, 143, 38, 151, 202, 145, 23, 1, 196, 50, 45, 110, 49, 149, 255, 217, 35,
    209, 0, 94, 121, 220, 68, 59, 26, 40, 197, 97, 87, 32, 144, 61, 131, 185, 67, 190, 103, 210, 70, 66, 118, 192, 109, 91, 126, 178, 15, 22, 41,
    60, 169, 3, 84, 13, 218, 93, 223, 246, 183, 199, 98, 205, 141, 6, 211, 105, 92, 134, 214, 20, 247, 165, 102, 117, 172, 177, 233, 69, 33, 112, 12,
    135, 159, 116, 164, 34, 76, 111, 191, 31, 86, 170, 46, 179, 120, 51, 80, 176, 163, 146, 188, 207, 25, 28, 167, 99, 203, 30, 77, 62, 75, 27, 155,
    79, 231, 240, 238, 173, 58, 181, 89, 4, 234, 64, 85, 37, 81, 229, 122, 137, 56, 104, 82, 123, 252, 39, 174, 215, 189, 250, 7, 244, 204, 142, 95,
    239, 53, 156, 132, 43, 21, 213, 119, 52, 73, 182, 18, 10, 127, 113, 136, 253, 157, 24, 65, 125, 147, 216, 88, 44, 206, 254, 36, 175, 222, 184, 54,
    200, 161, 128, 166, 153, 152, 168, 47, 14, 129, 101, 115, 228, 194, 162, 138, 212, 225, 17, 208, 8, 139, 42, 242, 237, 154, 100, 63, 193, 108, 249, 236,
))
FOLDER, SEARCH_FOLDER, MESSAGE, ATTACHMENT, ASSOCIATED, CONTENTS = 2, 3, 4, 5, 8, 14
ATTACHMENT_TABLE, RECIPIENT_TABLE = 0x671, 0x692
MESSAGE_CLASS, ATTACH_DATA, ATTACH_METHOD = 0x001A, 0x3701, 0x3705
EMBEDDED = 5


class Pst:
    """The node database: blocks by id, nodes by id."""

    def __init__(self, data):
        self.data = data
        version = struct.unpack_from("<H", data, 10)[0]
        if data[:4] != b"!BDN" or version < 14:
            raise ValueError("no PST")
        self.ansi, self.large = version < 20, version >= 36
        self.page = 4096 if self.large else 512
        self.crypt = data[461 if self.ansi else 513]
        if self.crypt > 1:
            raise ValueError("a cipher that is not read here")
        self.word = "I" if self.ansi else "Q"
        nodes, blocks = (188, 196) if self.ansi else (224, 240)
        self.blocks, self.nodes = {}, {}
        for entry in self.leaves(struct.unpack_from("<" + self.word, data, blocks)[0]):
            if self.ansi:
                bid, at, size = struct.unpack_from("<IIH", entry)
                unpacked = size
            else:
                bid, at, size, unpacked = struct.unpack_from("<QQHH", entry)
            self.blocks[bid & ~1] = (at, size, unpacked if self.large else size)
        for entry in self.leaves(struct.unpack_from("<" + self.word, data, nodes)[0]):
            nid, main, sub, parent = struct.unpack_from("<IIII" if self.ansi else "<QQQI", entry)
            self.nodes[nid & 0xFFFFFFFF] = (main, sub, parent)

    def leaves(self, at):
        """The entries of the leaves of a B-tree whose root page is at an offset."""
        page = self.data[at:at + self.page]
        if self.large:
            count, _, width, level = struct.unpack_from("<HHBB", page, 4056)
        else:
            count, _, width, level = struct.unpack_from("<BBBB", page, 496 if self.ansi else 488)
        for i in range(count):
            entry = page[i * width:(i + 1) * width]
            if level == 0:
                yield entry
            else:
                yield from self.leaves(struct.unpack_from("<" + self.word, entry, 8 if self.ansi else 16)[0])

    def block(self, bid):
        at, size, unpacked = self.blocks[bid & ~1]
        octets = self.data[at:at + size]
        if unpacked not in (0, size):
            octets = zlib.decompress(octets)
        return octets.translate(PERMUTE) if self.crypt == 1 and not bid & 2 else octets

    def data_blocks(self, bid):
        """The blocks of data that a block id stands for, XBLOCK and XXBLOCK followed."""
        if bid == 0:
            return []
        octets = self.block(bid)
        if not bid & 2:
            return [octets]
        count = struct.unpack_from("<H", octets, 2)[0]
        return [block for child in struct.unpack_from("<%d%s" % (count, self.word), octets, 8) for block in self.data_blocks(child)]

    def sub_nodes(self, bid):
        """nid -> (data, subnodes) of an SLBLOCK or SIBLOCK."""
        found = {}
        if bid == 0:
            return found
        octets = self.block(bid)
        level, count = octets[1], struct.unpack_from("<H", octets, 2)[0]
        at = 4 if self.ansi else 8
        for i in range(count):
            if level == 0:
                nid, main, sub = struct.unpack_from("<3" + self.word, octets, at + i * (12 if self.ansi else 24))
                found[nid & 0xFFFFFFFF] = (main, sub)
            else:
                found.update(self.sub_nodes(struct.unpack_from("<2" + self.word, octets, at + i * (8 if self.ansi else 16))[1]))
        return found


class Heap:
    """A heap on a node with the subnodes that it may point to."""

    def __init__(self, pst, main, sub):
        self.pst, self.blocks, self.subs = pst, pst.data_blocks(main), pst.sub_nodes(sub)
        self.kind, self.root = self.blocks[0][3], struct.unpack_from("<I", self.blocks[0], 4)[0]

    def item(self, hid):
        bits = 14 if self.pst.large else 11
        index, block = (hid >> 5) & ((1 << bits) - 1), hid >> (5 + bits)
        if index == 0:
            return b""
        octets = self.blocks[block]
        start, end = struct.unpack_from("<HH", octets, struct.unpack_from("<H", octets, 0)[0] + 4 + 2 * (index - 1))
        return octets[start:end]

    def value(self, hnid):
        """The chunks of what an HNID points to."""
        if hnid & 0x1F == 0:
            return [self.item(hnid)] if hnid else []
        return self.pst.data_blocks(self.subs[hnid][0])

    def records(self, hid):
        """(key, data) of a BTH."""
        _, key, data, levels, root = struct.unpack("<BBBBI", self.item(hid)[:8])
        return list(self.branch(root, key, data, levels)) if root else []

    def branch(self, hid, key, data, level):
        octets, width = self.item(hid), key + (4 if level else data)
        for at in range(0, len(octets) - width + 1, width):
            if level:
                yield from self.branch(struct.unpack_from("<I", octets, at + key)[0], key, data, level - 1)
            else:
                yield octets[at:at + key], octets[at + key:at + width]

    def properties(self):
        """id -> (type, the four octets of the record), of a property context."""
        return {struct.unpack("<H", key)[0]: struct.unpack("<HI", data) for key, data in self.records(self.root)}

    def row_ids(self):
        """The row ids of a table context."""
        info = self.item(self.root)
        return [struct.unpack("<I", key)[0] for key, _ in self.records(struct.unpack_from("<I", info, 10)[0])]


def text(heap, properties, tag):
    """A string property."""
    kind, hnid = properties.get(tag, (0x1F, 0))
    return b"".join(heap.value(hnid)).decode("utf-16-le" if kind == 0x1F else "latin-1").rstrip("\0")


def count_inside(pst, main, sub, counts):
    """Recipients, attachments and embedded messages of a message; gives its class."""
    heap = Heap(pst, main, sub)
    properties = heap.properties()
    if RECIPIENT_TABLE in heap.subs:
        counts["recipients"] += len(Heap(pst, *heap.subs[RECIPIENT_TABLE]).row_ids())
    listed = set(Heap(pst, *heap.subs[ATTACHMENT_TABLE]).row_ids()) if ATTACHMENT_TABLE in heap.subs else set()
    attachments = {nid for nid in heap.subs if nid & 0x1F == ATTACHMENT}
    counts["attachments"] += len(listed | attachments)
    counts["unlistedAttachments"] += len(attachments - listed)
    for nid in sorted(listed & attachments):
        count_attachment(pst, Heap(pst, *heap.subs[nid]), counts)
    return text(heap, properties, MESSAGE_CLASS)


def count_attachment(pst, heap, counts):
    properties = heap.properties()
    kind, hnid = properties.get(ATTACH_DATA, (0, 0))
    method = properties.get(ATTACH_METHOD, (3, 0))[1]
    if kind == 0x000D:
        inner = struct.unpack_from("<I", b"".join(heap.value(hnid)))[0]
        if method == EMBEDDED:
            counts["embedded"] += 1
            count_inside(pst, *heap.subs[inner], counts)
            return
        chunks = pst.data_blocks(heap.subs[inner][0])
    elif kind == 0x0102:
        chunks = heap.value(hnid)
    else:
        return
    digest = hashlib.sha256()
    for chunk in chunks:
        counts["attachmentOctets"] += len(chunk)
        digest.update(chunk)
    counts["hashes"].append(digest.hexdigest())


def count(path):
    with open(path, "rb") as file:
        pst = Pst(file.read())
    of_type = lambda kind: [nid for nid in sorted(pst.nodes) if nid & 0x1F == kind]
    listed = set()
    for folder in of_type(FOLDER):
        table = folder & ~0x1F | CONTENTS
        if table in pst.nodes:
            listed |= set(Heap(pst, *pst.nodes[table][:2]).row_ids())
    messages = of_type(MESSAGE)
    counts = {key: 0 for key in ("recipients", "attachments", "unlistedAttachments", "attachmentOctets", "embedded")}
    counts["hashes"] = []
    classes = collections.Counter(count_inside(pst, *pst.nodes[nid][:2], counts) for nid in messages)
    return {
        "messages": len(messages), "listed": len(listed & set(messages)), "missing": len(listed - set(messages)), "folders": len(of_type(FOLDER)),
        "associated": len(of_type(ASSOCIATED)), "searchFolders": len(of_type(SEARCH_FOLDER)), **counts,
        "hashes": hashlib.sha256("".join(sorted(counts["hashes"])).encode()).hexdigest(), "classes": dict(sorted(classes.items())),
    }


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for name in sys.argv[1:]:
        try:
            print(json.dumps(count(name)))
        except ValueError as error:
            print(json.dumps({"error": str(error)}))
