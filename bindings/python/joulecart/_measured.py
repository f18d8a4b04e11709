"""@joulecart.measured: a function whose calls are phases."""

from ._marks import phase

# The flags of a function's code (Include/cpython/code.h): what calling it gives.
_GENERATOR, _COROUTINE, _ASYNC_GENERATOR = 0x20, 0x80, 0x200


def _around(function, name, queries):
    flags = getattr(getattr(function, "__code__", None), "co_flags", 0)
    if flags & _COROUTINE:
        async def call(*args, **kwargs):
            with phase(name, queries):
                return await function(*args, **kwargs)
    elif flags & _ASYNC_GENERATOR:
        async def call(*args, **kwargs):
            with phase(name, queries):
                async for item in function(*args, **kwargs):
                    yield item
    elif flags & _GENERATOR:
        def call(*args, **kwargs):
            with phase(name, queries):
                return (yield from function(*args, **kwargs))
    else:
        def call(*args, **kwargs):
            with phase(name, queries):
                return function(*args, **kwargs)
    return call


def measured(name=None, queries=1):
    """A decorator: each call of the function is a phase that served `queries` queries.

    `@measured("infer")`, `@measured("batch", queries=32)`, or `@measured` alone: the function's own
    name. Coroutines and generators too; a generator's phase lasts until it is used up or closed.
    """
    def decorate(function):
        from functools import update_wrapper

        label = name if isinstance(name, str) else getattr(function, "__name__", "call")
        return update_wrapper(_around(function, label, queries), function)

    return decorate(name) if callable(name) else decorate
