"""PyTorch: phases that wait for the device, and a model's layers as regions.

    import joulecart.torch

    with joulecart.torch.layers(model):
        with joulecart.torch.phase("steady") as p:
            model(batch)
            p.queries += len(batch)

What runs on a device goes on after Python has gone on: an edge that does not wait for it gives its joules
to the next phase. Outside of `joulecart run` nothing waits, and no hook is set.
"""

from ._marks import Phase, active
from ._regions import Region


def synchronize():
    """Waits for every accelerator that this process has used; a failure is left to the program's own
    next call."""
    try:
        import torch

        for name in ("cuda", "xpu"):
            backend = getattr(torch, name, None)
            if backend and backend.is_available() and backend.is_initialized():
                for device in range(backend.device_count()):
                    backend.synchronize(device)
        mps = getattr(torch, "mps", None)
        if mps and torch.backends.mps.is_available():
            mps.synchronize()
    except Exception:
        pass


class SynchronizedPhase(Phase):
    """A Phase whose edges wait for the device, where joulecart listens."""

    __slots__ = ()

    def begin(self):
        if active():
            synchronize()
        return super().begin()

    def end(self):
        if active():
            synchronize()
        super().end()


def phase(name, queries=0):
    """As joulecart.phase(), with edges that wait for the device."""
    return SynchronizedPhase(name, queries)


def _weight_bytes(module):
    return sum(one.numel() * one.element_size() for one in module.parameters(recurse=False))


class Layers:
    """Hooks around each layer's forward pass; remove() or the end of a `with` block takes them away."""

    def __init__(self, model, synchronized=False):
        self._handles = []
        if not active():
            return
        for name, module in model.named_modules():
            if not any(True for _ in module.children()):
                self._watch(module, name or type(module).__name__, synchronized)

    def _watch(self, module, name, synchronized):
        region = Region(name, weight_bytes=_weight_bytes(module))
        begin, end = region.begin, region.end

        def before(*_):
            if synchronized:
                synchronize()
            begin()

        def after(*_):
            if synchronized:
                synchronize()
            end()

        self._handles.append(module.register_forward_pre_hook(before))
        try:  # also where the layer raises (PyTorch 2.0); before, the next layer's end ends it too
            self._handles.append(module.register_forward_hook(after, always_call=True))
        except TypeError:
            self._handles.append(module.register_forward_hook(after))

    def remove(self):
        while self._handles:
            self._handles.pop().remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()
        return False


def layers(model, synchronized=False):
    """Makes each layer (a module without modules in it) a region of its name in the model.

    On a device the layers run after their hooks: with synchronized=True each hook waits, so that a layer's
    time is its own, and the model is slower than it is without.
    """
    return Layers(model, synchronized)
