#!/usr/bin/env python3
"""Check an exported audit log. Needs Python 3.10 or newer and nothing else.

    python3 verify.py FOLDER [ANCHOR ...]
    python3 verify.py FOLDER --proof PROOF [ANCHOR ...]

FOLDER  what `claimkeep audit export` wrote: events.jsonl, heads.txt, keys.txt
ANCHOR  files of signed heads that were kept elsewhere; they are what the log must agree with
PROOF   what `claimkeep audit prove` printed: one event is shown to be under a signed head, without the others

The log is a tree of SHA-256 (RFC 9162 2.1). A leaf is the hash of 0x00 and a line of events.jsonl; a node is the hash
of 0x01 and the two below it. A signed head gives the root over the first so many lines. Exit code 0: all agrees.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

DASH = "\u2014"
DER = bytes.fromhex("302a300506032b6570032100")  # what stands before an Ed25519 public key (RFC 8410 4)


def sha(data):
    """SHA-256."""
    return hashlib.sha256(data).digest()


def root_of(peaks):
    """The root over whole subtrees, the largest first."""
    if not peaks:
        return sha(b"")
    found = peaks[-1]
    for one in reversed(peaks[:-1]):
        found = sha(b"\x01" + one + found)
    return found


def read_heads(path):
    """Every signed head of a file: its text, origin, size, root and the signature line's octets."""
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\r\n") for line in file]
    found = []
    text: list[str] = []
    for line in lines:
        if line.startswith(DASH):
            origin, size, root = text[0], int(text[1]), base64.b64decode(text[2])
            signed = "".join(one + "\n" for one in text if one)
            found.append((signed, origin, size, root, base64.b64decode(line.split(" ")[2])))
            text = []
        elif line or text:
            text.append(line)
    if any(text):
        sys.exit(f"{path}: ends in the middle of a signed head")
    return found


def is_signed(public, signature, data):
    """True or False; None when nothing here can check Ed25519."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return is_signed_by_openssl(public, signature, data)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except InvalidSignature:
        return False
    return True


def is_signed_by_openssl(public, signature, data):
    """The same by the openssl command."""
    if shutil.which("openssl") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, one) for one in ("key", "signature", "data")]
        for name, octets in zip(names, (DER + public, signature, data), strict=True):
            with open(name, "wb") as file:
                file.write(octets)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin", "-inkey", names[0]]
        done = subprocess.run([*command, "-sigfile", names[1], "-in", names[2]], capture_output=True)
    if b"Verified" in done.stdout:
        return True
    return False if b"Failure" in done.stdout else None


def check_signatures(heads, keys):
    """How many heads are signed by one of the keys, and how many could not be checked."""
    good = unchecked = 0
    for text, origin, size, _, told in heads:
        found = False
        for public in keys:
            if told[:4] == sha(origin.encode() + b"\n\x01" + public)[:4]:
                found = is_signed(public, told[4:], text.encode())
                break
        if found is False:
            sys.exit(f"the head at {size} is not signed by a key of keys.txt")
        good, unchecked = good + (found is True), unchecked + (found is None)
    return good, unchecked


def check_log(folder, heads):
    """Every line hashed, and every head compared as the log passes it."""
    wanted: dict[int, set[bytes]] = {}
    for _, _, size, root, _ in heads:
        wanted.setdefault(size, set()).add(root)
    peaks, size, last = [], 0, 0
    with open(os.path.join(folder, "events.jsonl"), "rb") as file:
        for line in file:
            if json.loads(line)["seq"] != size + 1:
                sys.exit(f"event {size + 1} is not where it belongs")
            peaks.append(sha(b"\x00" + line.rstrip(b"\n")))
            size += 1
            ordinal = size
            while not ordinal & 1:
                right = peaks.pop()
                peaks[-1] = sha(b"\x01" + peaks[-1] + right)
                ordinal >>= 1
            if size in wanted:
                if wanted.pop(size) != {root_of(peaks)}:
                    sys.exit(f"the log does not agree with the head at {size}: something after {last} was changed")
                last = size
    wanted.pop(0, None)
    if wanted:
        sys.exit(f"the log ends at {size}, and a head was signed at {max(wanted)}: events are missing")
    if last != size:
        sys.exit(f"no signed head vouches for the events after {last}")
    return size


def check_proof(path, heads):
    """One event under a signed head (RFC 9162 2.1.3.2)."""
    with open(path, encoding="utf-8") as file:
        told = json.load(file)
    size, one, last = told["size"], told["event"] - 1, told["size"] - 1
    found = sha(b"\x00" + told["line"].encode())
    for step in map(bytes.fromhex, told["proof"]):
        if last == 0:
            sys.exit("the proof is too long")
        if one & 1 or one == last:
            found = sha(b"\x01" + step + found)
            while one and not one & 1:
                one, last = one >> 1, last >> 1
        else:
            found = sha(b"\x01" + found + step)
        one, last = one >> 1, last >> 1
    if last or not any(size == head[2] and found == head[3] for head in heads):
        sys.exit("the proof does not lead to a signed head that is here")
    return told["event"], size


def main(arguments):
    """Check, and say what was checked."""
    proof = None
    if "--proof" in arguments:
        at = arguments.index("--proof")
        proof = arguments[at + 1]
        del arguments[at : at + 2]
    if not arguments:
        sys.exit(__doc__)
    folder, anchors = arguments[0], arguments[1:]
    with open(os.path.join(folder, "keys.txt"), encoding="ascii") as file:
        keys = [base64.b64decode(line) for line in file if line.strip()]
    own = read_heads(os.path.join(folder, "heads.txt"))
    kept = [head for path in anchors for head in read_heads(path)]
    if len({head[1] for head in own + kept}) > 1:
        sys.exit("the heads are of different logs")
    good, unchecked = check_signatures(own + kept, keys)
    if proof is not None:
        event, size = check_proof(proof, own + kept)
        print(f"event {event} is in the log of {size} events")
    else:
        size = check_log(folder, own + kept)
        print(f"{size} events agree with {len(own)} signed heads and {len(kept)} anchors")
    print(f"{good} signatures are right" + (f", {unchecked} could not be checked here" if unchecked else ""))
    if not kept:
        print("no anchor was given: a log written anew with this installation's key would look the same")


if __name__ == "__main__":
    main(sys.argv[1:])
