"""A run on many machines: workers of a Ray cluster read, decode and encode files; this process writes.

Ray's actors do it, and not Ray Data: that ends a whole run where one node holds another pack, or where one photograph
keeps ending its worker, loses files in blocks, and does not say of which file an error speaks. Here each file goes to
one worker at a time, so that a worker that is killed costs nothing: others look at what it had.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from pigeon_desktop import __version__
from pigeon_desktop.cases.files import File, Look, Looks, opened
from pigeon_desktop.cases.worker import About, Hand, Item, Task, Terms, Worker
from pigeon_desktop.engine.batches import LARGEST
from pigeon_desktop.engine.devices import physical_cores
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack

LOCAL = "local"
"""The address of a cluster of this machine alone, which is started for one run and ends with it."""
THREADS = 8
"""Photographs that one worker has at once, at most: with more, threads of one Python wait for each other."""
MOST_FALLS = 3
"""A file waits after it was with so many workers that ended, the last of which had nothing else."""
MOST_FALLS_OF_A_NODE = 6
"""After so many of its workers have ended in a row, without a look in between, a node takes no part."""
MOST_UNSEEN = 100
"""After so many files of a folder that it cannot see a node is asked for no more of them."""
LOOK_ROUND_S, ANSWER_S, TICK_S = 2.0, 5.0, 0.05
"""How often nodes that have joined are sought, how soon the head must answer, how soon a cancellation is seen."""
PATIENCE_S = 60.0
"""After which somebody who waits for the first worker is told what may be the matter."""
STORE_BYTES = 256 << 20
"""Of shared memory, for a local cluster: features and, where the case keeps copies, photographs pass through it."""


class Cluster:
    """Workers of the Ray cluster at `address` ("host:port" of its head, or LOCAL), as a context manager.

    Every node gives the processors and GPUs that its `ray start` was told of; whoever joins later takes part, whoever
    ends costs nothing. What a person should know is handed to `say`, once. After `looked` as many files as `waiting`
    says wait for another run: no worker could see them, or too many ended at them.

    Raises:
        PigeonError: Ray is not installed, or there is no such cluster.
    """

    def __init__(self, address: str, pack: Pack, device: str, say: Callable[[str], None]) -> None:
        self._terms = Terms(__version__, pack.manifest.name, pack.folder.resolve(), pack.sha256, device)
        self._address, self._device, self._say = address, device, say
        self._said: set[str] = set()
        self._hands: list[Hand] = []
        self._tasks: dict[Any, Task] = {}
        self._refused: dict[str, str] = {}
        self._falls: Counter[str] = Counter()
        self._names: dict[str, str] = {}
        self._blind: dict[Path, Counter[str]] = {}
        self._fresh: dict[Path, deque[Item]] = {}
        self._again: list[Item] = []
        self._abouts: list[About] = []
        self._sought = 0.0
        self._stack = ExitStack()
        self.waiting = 0

    def __enter__(self) -> Cluster:
        # What Ray prints is for people, and standard output is for data.
        self._stack.enter_context(redirect_stdout(sys.stderr))
        try:
            self._ray = self._joined()
        except PigeonError:
            self._stack.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._stack:
            for hand in self._hands:
                self._ray.kill(hand.actor)
            self._ray.shutdown()

    @property
    def encoder_sha256(self) -> str:
        """SHA-256, in hex, of the graph that runs on all of them."""
        return self._abouts[0].encoder_sha256

    @property
    def device(self) -> str:
        """The devices of the workers that were there so far."""
        return "cluster: " + (", ".join(sorted({about.device for about in self._abouts})) or "no worker yet")

    @property
    def self_check(self) -> float:
        """The lowest cosine of their self-checks."""
        return min(about.self_check for about in self._abouts)

    def ready(self, cancel: CancelToken) -> None:
        """Wait for the first worker.

        Raises:
            Cancelled: by `cancel`.
            PigeonError: all nodes are refused.
        """
        patience = time.monotonic() + PATIENCE_S
        while not self._abouts:
            self._seek_nodes()
            if time.monotonic() > patience:
                self._tell("No worker is ready yet. Look whether others have taken the processors of the cluster.")
            for _ in self._come(None):
                pass
            cancel.check()

    def looked(self, looks: Looks, files: Sequence[File], cancel: CancelToken) -> Iterator[Look]:
        """Looks at files, as they come.

        Raises:
            Cancelled: by `cancel`, within a twentieth of a second; the workers are ended by `__exit__`.
            FolderGoneError: a folder is not there any more, seen from here as well.
            PigeonError: no worker is left; a copy cannot be written.
        """
        self.waiting = 0
        for file in files:
            self._fresh.setdefault(file.root, deque()).append(Item(file))
        while True:
            cancel.check()
            self._seek_nodes()
            for hand in self._hands:
                while hand.free and (item := self._next(hand)):
                    self._read(hand, item, looks.keeps_copies)
            left = self._again or any(self._fresh.values())
            if not left and not any(task.item for task in self._tasks.values()):
                return
            # Nobody is at work or about to be: what is left none of them can see.
            if not self._tasks:
                self._set_aside()
                return
            yield from self._come(looks)

    # -- nodes and their workers

    def _joined(self) -> Any:
        """Ray, connected."""
        local: dict[str, object] = {}
        if self._address == LOCAL:
            # It listens to the network: nobody who was not given this word may use it.
            os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
            # Its sockets lie there, whose paths may not be long.
            temporary = self._stack.enter_context(TemporaryDirectory(prefix="pigeon-", ignore_cleanup_errors=True))
            local = {"num_cpus": physical_cores(), "object_store_memory": STORE_BYTES}
            local |= {"include_dashboard": False, "_temp_dir": temporary}
        try:
            import ray
        except ImportError as error:
            raise PigeonError(
                "Ray is not installed, which --cluster needs. Run `pip install 'pigeon-desktop[cluster]'`, here and on "
                "every machine of the cluster."
            ) from error
        try:
            if not local:
                host, _, port = self._address.rpartition(":")
                # Ray itself would try for minutes.
                socket.create_connection((host.strip("[]"), int(port)), ANSWER_S).close()
            ray.init(address=self._address, log_to_driver=False, logging_level="ERROR", **local)
        except (OSError, RuntimeError, ValueError) as error:
            raise PigeonError(
                f"--cluster {self._address}: cannot be joined ({_line(error)}). Give HOST:PORT of its head, and start "
                "Ray on this machine too, of the same version; see docs/cluster.md."
            ) from error
        return ray

    def _seek_nodes(self) -> None:
        """Start the workers that nodes lack."""
        if time.monotonic() < self._sought + LOOK_ROUND_S:
            return
        self._sought = time.monotonic()
        for node in self._ray.nodes():
            id_, has = node["NodeID"], node["Resources"]
            if node["Alive"] and id_ not in self._refused and has.get("CPU", 0) >= 1:
                self._names[id_] = node["NodeManagerHostname"]
                self._staff(id_, int(has["CPU"]), 0 if self._device == "cpu" else int(has.get("GPU", 0)))
        if not self._hands:
            why = " ".join(self._refused.values()) or "No node offers a processor. Start some with `ray start`."
            raise PigeonError(f"--cluster {self._address}: no worker is left. {why}")

    def _staff(self, node: str, processors: int, gpus: int) -> None:
        """Start a node's workers, as far as it lacks them: one a GPU, else one for some of its processors."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        workers = min(gpus, processors) or -(-processors // THREADS)
        for at in range(sum(hand.node == node for hand in self._hands), workers):
            threads = processors // workers + (at < processors % workers)
            # One more, for what is read beside. A GPU says how many it takes when it has begun.
            most = max(threads, 2 * LARGEST if gpus else 0) + 1
            options = {"num_cpus": threads, "num_gpus": 1 if gpus else 0, "max_concurrency": most}
            place = NodeAffinitySchedulingStrategy(node, soft=False)
            actor = self._ray.remote(Worker).options(scheduling_strategy=place, **options).remote()
            hand = Hand(node, actor, threads)
            self._hands.append(hand)
            self._tasks[actor.begin.remote(self._terms)] = Task(hand)

    def _began(self, hand: Hand, about: About) -> None:
        if self._abouts and about.encoder_sha256 != self.encoder_sha256:
            self._refuse(hand, "It runs another graph of the encoder than those before it. Say which with --device.")
            return
        hand.ready = True
        if about.batch > 1:
            hand.threads = max(hand.threads, 2 * about.batch)
        self._abouts.append(about)
        for note in about.notes:
            self._tell(f"{self._names[hand.node]}: {note}")

    def _refuse(self, hand: Hand, why: str) -> None:
        """Have no more to do with a node."""
        self._refused[hand.node] = words = f"{self._names[hand.node]}: takes no part. {why}"
        self._sought = 0.0
        self._tell(words)
        for other in [one for one in self._hands if one.node == hand.node and not one.busy]:
            self._dismiss(other)

    def _fallen(self, hand: Hand, looks: Looks | None) -> None:
        """A worker has ended: others look at what it had, and its node gets another one."""
        self._falls[hand.node] += 1
        self._tell(f"{self._names[hand.node]}: a worker ended; others look at what it had.")
        for task in self._dismiss(hand):
            if task.item:
                task.item.falls += 1
                self._again.append(task.item)
            if task.found and looks:
                looks.release(task.found)
        self._sought = 0.0
        if self._falls[hand.node] >= MOST_FALLS_OF_A_NODE:
            self._refuse(hand, "Its workers end one after the other. Look whether it has memory enough.")

    def _dismiss(self, hand: Hand) -> list[Task]:
        """End a worker; what it was at."""
        self._hands.remove(hand)
        self._ray.kill(hand.actor)
        had = {ref: task for ref, task in self._tasks.items() if task.hand is hand}
        self._tasks = {ref: task for ref, task in self._tasks.items() if ref not in had}
        return list(had.values())

    def _tell(self, words: str) -> None:
        if words not in self._said:
            self._said.add(words)
            self._say(words)

    # -- files and looks

    def _next(self, hand: Hand) -> Item | None:
        """A file for a worker."""
        for at, item in enumerate(self._again):
            if item.falls >= MOST_FALLS or hand.node in item.unseen or self._is_blind(hand.node, item.file.root):
                continue
            if item.falls == MOST_FALLS - 1:
                if hand.busy:
                    return None
                hand.alone = True
            return self._again.pop(at)
        for root, items in self._fresh.items():
            if items and not self._is_blind(hand.node, root):
                return items.popleft()
        return None

    def _is_blind(self, node: str, root: Path) -> bool:
        return self._blind.get(root, Counter())[node] >= MOST_UNSEEN

    def _set_aside(self) -> None:
        """Let what nobody can look at wait, and say why."""
        fallen = [item for item in self._again if item.falls >= MOST_FALLS]
        for item in fallen:
            self._say(f"{item.file.path}: {item.falls} workers ended while they had it. It waits; run it without them.")
        waiting = Counter(item.file.root for item in self._again)
        waiting.subtract(item.file.root for item in fallen)
        waiting.update({root: len(items) for root, items in self._fresh.items()})
        for root, count in (+waiting).items():
            self._say(
                f"{root}: no worker of the cluster can see {count:,} photographs in it, which wait. Share the folder "
                "with all machines, under the same path."
            )
        self.waiting = waiting.total() + len(fallen)
        self._again, self._fresh = [], {}

    def _read(self, hand: Hand, item: Item, send: bool) -> None:
        seen = None
        with suppress(OSError, ValueError):  # it is gone: the worker will not find it either
            status = item.file.path.stat()
            seen = status.st_size, status.st_mtime_ns
        hand.busy += 1
        self._tasks[hand.actor.read.remote(item.file, send)] = Task(hand, item, seen)

    def _come(self, looks: Looks | None) -> Iterator[Look]:
        """Whatever workers have come to, within a tick."""
        refs = list(self._tasks)
        if not refs:
            return
        done, rest = self._ray.wait(refs, num_returns=1, timeout=TICK_S)
        if done and rest:
            done += self._ray.wait(rest, num_returns=len(rest), timeout=0)[0]
        for ref in done:
            task = self._tasks.get(ref)
            if task is None:  # its worker was dismissed meanwhile
                continue
            try:
                value = self._ray.get(ref)
            except self._ray.exceptions.RayTaskError as error:
                why = str(error.cause) if isinstance(error.cause, PigeonError) else _line(error)
                if task.item:
                    raise PigeonError(f"{self._names[task.hand.node]}: cannot go on ({why}).") from error
                self._refuse(task.hand, why)
                continue
            except self._ray.exceptions.RayError:
                self._fallen(task.hand, looks)
                continue
            del self._tasks[ref]
            if task.item is None:
                self._began(task.hand, value)
                continue
            assert looks is not None
            if task.found:
                yield self._decoded(task, task.found, value, looks)
            elif look := self._opened(task, task.item, value, looks):
                yield look

    def _opened(self, task: Task, item: Item, read: tuple[Look, bytes, bool], looks: Looks) -> Look | None:
        """The look at a file that was read, if nothing is left to be done; None if it is being decoded, or goes to
        another node."""
        hand, file, (found, data, sees_folder) = task.hand, item.file, read
        if found.problem or task.seen is None or found.size != task.seen[0]:
            # Is it the file, or the machine that looks at it? Another may even have another file there.
            here, _ = opened(file)
            self._done(hand, file)
            if here.problem:
                return here
            item.unseen.add(hand.node)
            self._blind.setdefault(file.root, Counter())[hand.node] += 1 if sees_folder else MOST_UNSEEN
            self._again.append(item)
            return None
        found = looks.kept(replace(found, mtime_ns=task.seen[1]), data)
        if not looks.claims(found):
            self._done(hand, file)
            return found
        ref = hand.actor.decode.remote(file.id, looks.encodes(found))
        self._tasks[ref] = Task(hand, item, found=found)
        return None

    def _decoded(self, task: Task, found: Look, look: Look, looks: Looks) -> Look:
        self._done(task.hand)
        if look.problem:
            looks.release(found)
            return look
        return replace(look, copy=found.copy, mtime_ns=found.mtime_ns)

    def _done(self, hand: Hand, held: File | None = None) -> None:
        """A worker is through with a file, and forgets one that it `held`."""
        hand.busy, hand.alone = hand.busy - 1, False
        self._falls[hand.node] = 0
        if held is not None:
            hand.actor.forget.remote(held.id)


def _line(error: BaseException) -> str:
    """An error of Ray's, which may be pages, as one line."""
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__)
