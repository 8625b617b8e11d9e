#!/usr/bin/env python3
"""Makes large editing traces whose final text is known without any merge algorithm.

    Tools/bench/traces.py SHAPE [--events N] [--seed N] [--agents N] > FILE.json

The text is cut into regions, one an agent. Only its owner inserts into a region, and he never forks;
anybody deletes anywhere, but for the marks between the regions. So there are no two insertions that
compete for a place, and what must result follows from keeping, for each region, all characters in
their order: a replica shows those it has seen inserted and not seen deleted. Python 3 and its standard
library only. `concord-lab replay` must find every text; docs/benchmarks.md has the figures.
"""

import argparse
import json
import random
import sys

LETTERS = "abcdefghijklmnopqrstuvwxyz      \n\r\u00e9\u4e2d\U0001f600\u200d\u0301"
MARK = "|"


class Region:
    """All characters that were ever inserted between two marks, in their order."""

    def __init__(self):
        self.items = []  # (the owner's count of insertions when it came, unique number, character)
        self.last = 0

    def place(self, item):
        """Where an item is: mostly where the last insertion ended."""
        if self.last < len(self.items) and self.items[self.last] is item:
            return self.last
        return self.items.index(item)

    def shown(self, known, deleted):
        return [item for item in self.items if item[0] <= known and item[1] not in deleted]


class Replica:
    """What one agent sees: for each region its characters, and how much of each he has taken in."""

    def __init__(self, agents):
        self.heads = [0]
        self.seen = [0] * agents
        self.deleted = set()
        self.regions = [[] for _ in range(agents)]


class World:
    def __init__(self, agents, seed):
        self.random = random.Random(seed)
        self.agents = agents
        self.regions = [Region() for _ in range(agents)]
        self.replicas = [Replica(agents) for _ in range(agents)]
        self.counts = [0] * agents
        self.numbers = 0
        self.txns = []
        self.transaction([], 0, [[0, 0, MARK * (agents + 1)]])

    def transaction(self, parents, agent, patches):
        self.txns.append({"parents": sorted(parents), "agent": agent, "patches": patches})
        return len(self.txns) - 1

    def start(self, replica, region):
        """The position of a region's first character."""
        return region + 1 + sum(len(replica.regions[index]) for index in range(region))

    def insert(self, agent, at, text):
        """Types into one's own region; returns the patch."""
        replica, region = self.replicas[agent], self.regions[agent]
        shown = replica.regions[agent]
        # The place among all characters: behind the one before the cursor.
        place = 0 if at == 0 else region.place(shown[at - 1]) + 1
        self.counts[agent] += 1
        replica.seen[agent] = self.counts[agent]
        new = []
        for character in text:
            self.numbers += 1
            new.append((self.counts[agent], self.numbers, character))
        region.items[place:place] = new
        region.last = place + len(new) - 1
        shown[at:at] = new
        return [self.start(replica, agent) + at, 0, text]

    def delete(self, agent, region, at, length):
        replica = self.replicas[agent]
        gone = replica.regions[region][at:at + length]
        del replica.regions[region][at:at + length]
        replica.deleted.update(item[1] for item in gone)
        return [self.start(replica, region) + at, len(gone), ""]

    def edit(self, agent, patches=1, deletes=0.2, lengths=1, elsewhere=0.2):
        """One transaction; continues where the agent typed last more often than not."""
        replica = self.replicas[agent]
        made = []
        cursor = getattr(replica, "cursor", 0)
        for _ in range(patches):
            own = replica.regions[agent]
            if self.random.random() < deletes:
                region = agent
                if self.random.random() < elsewhere:
                    region = self.random.randrange(self.agents)
                length = len(replica.regions[region])
                if length > 0:
                    at = self.random.randrange(length)
                    made.append(self.delete(agent, region, at, self.random.randint(1, lengths)))
                    continue
            if self.random.random() < 0.1 or cursor > len(own):
                cursor = self.random.randint(0, len(own))
            text = "".join(self.random.choice(LETTERS) for _ in range(self.random.randint(1, lengths)))
            made.append(self.insert(agent, cursor, text))
            cursor += len(text)
        replica.cursor = cursor
        replica.heads = [self.transaction(replica.heads, agent, made)]

    def merge(self, agent, other):
        """Takes in all that another replica has; the next transaction has both as parents."""
        ours, theirs = self.replicas[agent], self.replicas[other]
        for region in range(self.agents):
            ours.seen[region] = max(ours.seen[region], theirs.seen[region])
        ours.deleted |= theirs.deleted
        for region in range(self.agents):
            ours.regions[region] = self.regions[region].shown(ours.seen[region], ours.deleted)
        ours.heads = self.minimal(set(ours.heads) | set(theirs.heads))
        ours.cursor = 0

    def minimal(self, heads):
        """The heads that none of the others had seen."""
        heads = sorted(heads)
        if len(heads) == 1:
            return heads
        lowest, reached = heads[0], set()
        for head in heads:
            stack = list(self.txns[head]["parents"])
            while stack:
                event = stack.pop()
                if event >= lowest and event not in reached:
                    reached.add(event)
                    stack += self.txns[event]["parents"]
        return [head for head in heads if head not in reached]

    def trace(self):
        deleted = set().union(*(replica.deleted for replica in self.replicas))
        text = MARK
        for index, region in enumerate(self.regions):
            text += "".join(item[2] for item in region.shown(self.counts[index], deleted)) + MARK
        return {"kind": "concurrent", "endContent": text, "numAgents": self.agents, "txns": self.txns}


def interleaved(world, events):
    """Everybody types at once, each on his own branch, in turn; merged at the very end."""
    while len(world.txns) < events:
        world.edit(len(world.txns) % world.agents)


def branches(world, events):
    """Long branches, one after the other in the file, merged into one now and then."""
    length = max(events // (world.agents * 8), 1)
    while len(world.txns) < events:
        for agent in range(world.agents):
            for _ in range(length):
                world.edit(agent)
        for agent in range(world.agents):
            for other in range(world.agents):
                if agent != other:
                    world.merge(agent, other)


def gossip(world, events):
    """Short bursts; after each, somebody takes in somebody else's text: a deep graph of merges."""
    while len(world.txns) < events:
        agent = world.random.randrange(world.agents)
        for _ in range(world.random.randint(1, 20)):
            world.edit(agent)
        world.merge(world.random.randrange(world.agents), agent)


def commits(world, events):
    """Few transactions with runs of many patches, like commits of a repository."""
    while len(world.txns) < max(events // 200, 2):
        agent = world.random.randrange(world.agents)
        world.edit(agent, patches=200, deletes=0.4, lengths=12)
        if world.random.random() < 0.3:
            world.merge(world.random.randrange(world.agents), agent)


def deletes(world, events):
    """Everybody deletes what everybody deletes: most deletions meet others."""
    while len(world.txns) < events:
        agent = world.random.randrange(world.agents)
        world.edit(agent, deletes=0.5, lengths=8, elsewhere=0.9)
        if world.random.random() < 0.02:
            world.merge(world.random.randrange(world.agents), agent)


def late(world, events):
    """One types on and on; then others delete what he typed, knowing ever less of it."""
    first = len(world.txns)
    for number in range(events // 2):
        patch = world.insert(0, number, world.random.choice(LETTERS))
        world.replicas[0].heads = [world.transaction(world.replicas[0].heads, 0, [patch])]
    typed = [item[1] for item in world.regions[0].items]
    for number in range(events // 2, 0, -1):
        at = world.random.randrange(number)
        agent = 1 + number % (world.agents - 1)
        world.transaction([first + number - 1], agent, [[1 + at, 1, ""]])
        world.replicas[agent].deleted.add(typed[at])


def single(world, events):
    """One transaction with all patches."""
    world.edit(0, patches=events, deletes=0.3)


def star(world, events):
    """Everybody types once, knowing nothing of anybody; then one merges all."""
    for agent in range(world.agents):
        world.edit(agent)
    for agent in range(1, world.agents):
        world.merge(0, agent)
    world.edit(0)


SHAPES = {
    shape.__name__: shape
    for shape in (interleaved, branches, gossip, commits, deletes, late, single, star)
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--agents", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    world = World(options.agents, options.seed)
    SHAPES[options.shape](world, options.events)
    json.dump(world.trace(), sys.stdout, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()
