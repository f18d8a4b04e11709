"""Phases of a training by Hugging Face's Trainer or Lightning, importing neither.

    Trainer(..., callbacks=[joulecart.callbacks.TrainerCallback()])     # transformers
    Trainer(..., callbacks=[joulecart.callbacks.LightningCallback()])   # lightning

The training is the phase "train" and an evaluation the phase "evaluate" within it; what the evaluation
found goes to joulecart.metric(). Of several ranks each marks its own, and the first one tells the
metrics. Outside of `joulecart run` they do nothing; they never print, and never raise.
"""

import os

from ._marks import metric, phase


def _is_first_rank():
    return os.environ.get("RANK", "0") == "0"


def _tell_metrics(metrics):
    if not _is_first_rank() or not hasattr(metrics, "items"):
        return
    for name, value in metrics.items():
        try:
            metric(name, float(value))
        except Exception:  # a text, a tensor of several values
            pass


class _Phases:
    """One phase of each name at a time, ended whatever happened meanwhile."""

    def __init__(self):
        self._open = {}

    def begin(self, name):
        self.end(name)
        self._open[name] = phase(name).begin()

    def end(self, name, queries=0):
        one = self._open.pop(name, None)
        if one:
            one.queries = queries
            one.end()

    def end_all(self):
        for name in list(self._open)[::-1]:
            self.end(name)


class _Quiet:
    """Any other event of the framework's, now or of a later version, does nothing."""

    def __getattr__(self, name):
        if name.startswith("on_") or name in ("setup", "teardown"):
            return lambda *args, **kwargs: None
        raise AttributeError(name)


class TrainerCallback(_Quiet):
    """For transformers.Trainer, which calls each event by its name."""

    def __init__(self):
        self._phases = _Phases()

    def on_train_begin(self, args, state, control, **kwargs):
        self._phases.begin("train")

    def on_train_end(self, args, state, control, **kwargs):
        self._phases.end_all()

    def on_evaluate(self, args, state, control, metrics=None, **kwargs):
        _tell_metrics(metrics or {})


class LightningCallback(_Quiet):
    """For lightning.Trainer."""

    state_key = "joulecart"

    def __init__(self):
        self._phases = _Phases()

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        pass

    def on_train_start(self, trainer=None, module=None):
        self._phases.begin("train")

    def on_train_end(self, trainer=None, module=None):
        self._phases.end_all()

    def on_validation_start(self, trainer=None, module=None):
        self._phases.begin("evaluate")

    def on_validation_end(self, trainer=None, module=None):
        self._phases.end("evaluate")
        _tell_metrics(getattr(trainer, "callback_metrics", {}))

    def on_exception(self, trainer=None, module=None, exception=None):
        self._phases.end_all()
