"""The same as program.c, for Python: steady S N | shapes | children | regions | answers N | edges N MS."""
import asyncio
import multiprocessing
import os
import subprocess
import sys
import threading
import time

import joulecart


def steady(seconds, n):
    with joulecart.phase("load"):
        time.sleep(seconds / 10)
    with joulecart.phase("steady") as p:
        time.sleep(seconds)
        p.queries += n
        p.units("tokens", 10 * n)


def shapes():
    """Each way to mark a phase, once or more; what they are called stands in bindings.bats."""
    shared = joulecart.phase("shared")

    def work(n):
        with shared as p:
            time.sleep(0.02)
            p.queries = n

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    @joulecart.measured("task", queries=3)
    async def task():
        await asyncio.sleep(0.02)
        joulecart.units("tokens", 5)

    async def tasks():
        await asyncio.gather(*(task() for _ in range(4)))

    asyncio.run(tasks())

    @joulecart.measured
    def generator():
        yield 1
        yield 2

    a, b = generator(), generator()  # interleaved: neither ends in the order in which it began
    next(a), next(b), next(a), next(b)
    a.close()
    b.close()
    try:
        with joulecart.phase("raised"):
            raise KeyError
    except KeyError:
        pass
    again = joulecart.phase("again")
    for n in (1, 2):
        with again:
            again.queries += n
    joulecart.metric("top1", 0.91)
    joulecart.workload("w1")


def rank(n):
    with joulecart.phase("rank") as p:
        p.queries = n


def children():
    with joulecart.phase("parent"):
        pid = os.fork()
        if pid == 0:
            os._exit(0)  # without leaving the phase, which is its parent's
        os.waitpid(pid, 0)
    subprocess.run([sys.executable, __file__, "rank", "5"], check=True)
    for method in ("spawn", "fork"):
        process = multiprocessing.get_context(method).Process(target=rank, args=(7,))
        process.start()
        process.join()


def trainer():
    """What Lightning and transformers call, in their order; an exception in the second training."""
    lightning = joulecart.callbacks.LightningCallback()
    lightning.setup(None, None, stage="fit")
    lightning.on_train_start(None, None)
    lightning.on_train_batch_end(None, None, 1, 2, 3)
    lightning.on_validation_start(None, None)

    class Trainer:
        callback_metrics = {"loss": 0.25, "names": "no number"}

    lightning.on_validation_end(Trainer(), None)
    lightning.on_train_end(None, None)
    lightning.on_train_start(None, None)
    lightning.on_exception(None, None, KeyError("x"))
    transformers = joulecart.callbacks.TrainerCallback()
    transformers.on_init_end(None, None, None, model=1)
    transformers.on_train_begin(None, None, None)
    transformers.on_evaluate(None, None, None, metrics={"eval_top1": 0.9})
    transformers.on_train_end(None, None, None)


class Module:
    """What joulecart.torch meets of PyTorch's modules."""

    def __init__(self, *inner):
        self.inner, self.before, self.after = inner, [], []

    def children(self):
        return iter(self.inner)

    def parameters(self, recurse=True):
        return []

    def named_modules(self):
        yield "", self
        for i, one in enumerate(self.inner):
            yield str(i), one

    def register_forward_pre_hook(self, hook):
        return Handle(self.before, hook)

    def register_forward_hook(self, hook):
        return Handle(self.after, hook)

    def __call__(self, x):
        for hook in self.before:
            hook(self, x)
        for one in self.inner:
            x = one(x)
        for hook in self.after:
            hook(self, x, x)
        return x + 1


class Handle:
    def __init__(self, hooks, hook):
        self.remove = lambda: hooks.remove(hook)
        hooks.append(hook)


def regions():
    import joulecart.torch

    model = Module(Module(), Module())
    outer = joulecart.region("outer", flop=10)
    with joulecart.torch.phase("steady") as p, joulecart.torch.layers(model):
        for _ in range(50):
            with outer:
                model(1)
            p.queries += 1
    model(1)  # the hooks are gone
    if any(one.before or one.after for one in model.inner):
        sys.exit(4)
    pid = os.fork()
    if pid == 0:
        with outer:
            pass
        os._exit(0)
    os.waitpid(pid, 0)


def answers(n):
    joulecart.answers("right", [i % 3 == 0 for i in range(n)])
    joulecart.answers("in part", (i % 5 / 4 for i in range(n)))


def edges(n, apart_ms):
    clock = time.perf_counter_ns
    for i in range(n):
        us, nothing = [], []
        for _ in range(100):
            a = clock()
            b = clock()
            nothing.append((b - a) / 1e3)
        time.sleep(20e-3)  # for joulecart to store what it has
        with joulecart.phase("before"):
            pass
        time.sleep(apart_ms * 1e-3)
        for _ in range(50):
            p = joulecart.phase("edge")
            a = clock()
            p.begin()
            b = clock()
            p.end()
            c = clock()
            us += (b - a) / 1e3, (c - b) / 1e3
        for one, other in zip(us, nothing):
            print(i, one, other)


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    if what == "steady":
        steady(float(rest[0]), int(rest[1]))
    elif what == "rank":
        rank(int(rest[0]))
    elif what in ("answers", "edges"):
        {"answers": answers, "edges": edges}[what](*map(int, rest))
    else:
        {"shapes": shapes, "children": children, "regions": regions, "trainer": trainer}[what]()
    sys.exit(3 if joulecart.dropped() else 0)
