#!/usr/bin/env python3
"""Measures Loro and pycrdt on the traces, one measurement whenever it is asked for one.

    python Tools/bench/peers.py CONCURRENT.json[.gz] SEQUENTIAL.json[.gz]

Started by `concord-lab bench --peers` with the Python of its virtual environment, which asks in turns
with its own measurements. First the concurrent history is built in each library: a document for each
agent, which takes in what a transaction's parents demand and then makes its edits; every transaction
leaves the update that another device would get. Then a line of JSON says that it is ready, and each
line that comes names a measurement; the answer is a line of JSON with its nanoseconds. All
measurements are checked: a text that is not the trace's ends the program.
"""

import gc
import gzip
import importlib.metadata
import json
import sys
import time

import loro
import pycrdt


def read(path):
    with (gzip.open if path.endswith(".gz") else open)(path) as file:
        return json.load(file)


class LoroHistory:
    """A document of one agent, and what it sends."""

    def __init__(self, agent):
        self.doc = loro.LoroDoc()
        self.doc.peer_id = agent + 1
        self.text = self.doc.get_text("text")

    def edit(self, patches):
        before = self.doc.oplog_vv
        for at, deleted, inserted in patches:
            if deleted:
                self.text.delete(at, deleted)
            if inserted:
                self.text.insert(at, inserted)
        self.doc.commit()
        return self.doc.export(loro.ExportMode.Updates(before))

    def take(self, update):
        self.doc.import_(update)

    def everything(self):
        return self.doc.export(loro.ExportMode.Updates(loro.VersionVector()))

    def read(self):
        return self.text.to_string()


class PycrdtHistory:
    """The same for pycrdt."""

    def __init__(self, agent):
        self.doc = pycrdt.Doc(client_id=agent + 1)
        self.text = self.doc.get("text", type=pycrdt.Text)

    def edit(self, patches):
        before = self.doc.get_state()
        with self.doc.transaction():
            for at, deleted, inserted in patches:
                if deleted:
                    del self.text[at:at + deleted]
                if inserted:
                    self.text.insert(at, inserted)
        return self.doc.get_update(before)

    def take(self, update):
        self.doc.apply_update(update)

    def everything(self):
        return self.doc.get_update()

    def read(self):
        return str(self.text)


class Updates:
    """A concurrent history in one library: all in one, and one an event."""

    def __init__(self, library, trace):
        replicas = [library(agent) for agent in range(trace["numAgents"])]
        seen = [[0] * len(replicas) for _ in replicas]
        sent = [[] for _ in replicas]
        versions, self.each = [], []
        for txn in trace["txns"]:
            agent, replica = txn["agent"], replicas[txn["agent"]]
            wanted = [0] * len(replicas)
            for parent in txn["parents"]:
                wanted = [max(pair) for pair in zip(wanted, versions[parent])]
            if wanted[agent] != len(sent[agent]):
                raise SystemExit("an agent is concurrent with himself: this trace cannot be used")
            for other, count in enumerate(wanted):
                while other != agent and seen[agent][other] < count:
                    replica.take(sent[other][seen[agent][other]])
                    seen[agent][other] += 1
            update = replica.edit(txn["patches"])
            sent[agent].append(update)
            self.each.append(update)
            wanted[agent] += 1
            versions.append(wanted)
        for agent, replica in enumerate(replicas):
            for other in range(len(replicas)):
                if other != agent:
                    for update in sent[other][seen[agent][other]:]:
                        replica.take(update)
        self.all = replicas[0].everything()
        check(replicas[0].read(), trace)


def check(text, trace):
    if text != trace["endContent"]:
        raise SystemExit("a text came out otherwise than its trace says")


def timed(trace, body):
    """Nanoseconds of the processor's time for one run, and its text checked."""
    gc.collect()
    gc.disable()
    start = time.process_time_ns()
    replica = body()
    elapsed = time.process_time_ns() - start
    gc.enable()
    check(replica.read(), trace)
    return elapsed


def taking(library, updates):
    """Takes updates in, one by one, into an empty document."""
    def body():
        replica = library(1000)
        for update in updates:
            replica.take(update)
        return replica
    return body


def taking_batch(updates):
    """Loro's own function for many updates."""
    def body():
        replica = LoroHistory(1000)
        replica.doc.import_batch(updates)
        return replica
    return body


def typing(library, trace):
    """Types a sequential trace into an empty document; nothing is sent."""
    def loro_body():
        replica = LoroHistory(1)
        insert, delete = replica.text.insert, replica.text.delete
        for txn in trace["txns"]:
            for at, deleted, inserted in txn["patches"]:
                if deleted:
                    delete(at, deleted)
                if inserted:
                    insert(at, inserted)
            replica.doc.commit()
        return replica

    def pycrdt_body():
        replica = PycrdtHistory(1)
        for txn in trace["txns"]:
            with replica.doc.transaction():
                for at, deleted, inserted in txn["patches"]:
                    if deleted:
                        del replica.text[at:at + deleted]
                    if inserted:
                        replica.text.insert(at, inserted)
        return replica

    return loro_body if library is LoroHistory else pycrdt_body


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    concurrent, sequential = read(sys.argv[1]), read(sys.argv[2])
    of_loro, of_pycrdt = Updates(LoroHistory, concurrent), Updates(PycrdtHistory, concurrent)
    measurements = {
        "loro-all": (concurrent, taking(LoroHistory, [of_loro.all])),
        "loro-batch": (concurrent, taking_batch(of_loro.each)),
        "loro-typed": (sequential, typing(LoroHistory, sequential)),
        "pycrdt-all": (concurrent, taking(PycrdtHistory, [of_pycrdt.all])),
        "pycrdt-typed": (sequential, typing(PycrdtHistory, sequential)),
    }
    versions = {name: importlib.metadata.version(name) for name in ("loro", "pycrdt")}
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        print(json.dumps({"nanoseconds": timed(*measurements[line.strip()])}), flush=True)


if __name__ == "__main__":
    main()
