#!/usr/bin/env python3
"""Checks a Fieldward proof with nothing but Python's standard library and the openssl program.

usage: verify_proof.py PROOF.json 'name+id+base64'      exit code 0: accepted, 1: refused
The format is described in protocol-proof.md.
"""
import base64, hashlib, hmac, json, subprocess, sys, tempfile


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    assert base64.b64encode(data).decode() == text, "base64 has one spelling"
    return data


def signed_by(key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        der = bytes.fromhex("302a300506032b6570032100") + key
        for name, data in (("key", der), ("msg", message), ("sig", signature)):
            with open(folder + "/" + name, "wb") as file:
                file.write(data)
        command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in msg -sigfile sig"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0


def verify(text, vkey):
    name, key_id, key = vkey.split("+", 2)
    key = unbase64(key)
    assert key[0] == 1 and len(key) == 33 and sha(name.encode(), b"\n", key)[:4].hex() == key_id, "not a log key"
    proof = json.loads(text)
    record, salt = unbase64(proof["record"]), unbase64(proof["salt"])
    # The proof file: header, hints, index, path; an empty line; the checkpoint.
    head, note = proof["proof"].split("\n\n", 1)
    lines = head.split("\n")
    assert lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a proof file"
    hints = json.loads(unbase64(lines.pop(0)[6:])) if lines[0].startswith("extra ") else []
    assert lines[0].startswith("index "), "no index"
    index, path = int(lines.pop(0)[6:]), [unbase64(line) for line in lines]
    # The checkpoint: three signed lines, an empty line, signatures.
    body, signatures = note.split("\n\n", 1)
    origin, size, root = body.split("\n")
    size, root = int(size), unbase64(root)
    ours = [unbase64(line.split(" ")[2]) for line in signatures.splitlines() if line.startswith("\u2014 " + name + " ")]
    ours = [signature[4:] for signature in ours if signature[:4].hex() == key_id]
    assert origin == name and ours, "not a checkpoint of this log"
    assert all(signed_by(key[1:], (body + "\n").encode(), one) for one in ours), "wrong signature"
    # From the record to the root (RFC 9162, section 2.1.3.2).
    commitment = hmac.new(salt, b"fieldward/record-commitment/v1\0" + sha(record), "sha256").digest()
    node, last, value = index, size - 1, sha(b"\0", commitment)
    assert len(salt) == 32 and 0 <= index < size, "no such leaf"
    for sibling in path:
        assert len(sibling) == 32 and last > 0, "the path is too long"
        if node % 2 or node == last:
            value = sha(b"\1", sibling, value)
            while node and not node % 2:
                node, last = node // 2, last // 2
        else:
            value = sha(b"\1", value, sibling)
        node, last = node // 2, last // 2
    assert last == 0 and value == root, "the path does not lead from the record to the root"
    # What the JSON says twice must agree, so that no changed bit goes unseen.
    again = {"format": "fieldward-proof/v1", "record": proof["record"], "salt": proof["salt"], "leafIndex": index,
             "commitment": base64.b64encode(commitment).decode(), "treeSize": size, "checkpoint": note,
             "proof": proof["proof"], "anchors": hints}
    assert proof == again, "the fields do not agree"
    assert all(hint["size"] == size and hint["root"] == "0x" + root.hex() for hint in hints), "the hints do not agree"
    return index, size, origin


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            print("accepted: leaf %d of %d in %s" % verify(file.read(), sys.argv[2]))
    except (AssertionError, ValueError, KeyError, IndexError, TypeError, AttributeError) as reason:
        sys.exit("refused: %s" % reason)
