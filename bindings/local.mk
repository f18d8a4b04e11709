# What other languages mark with: nothing to compile. The Python package lies where that python3 looks
# (make install pythondir=... for another), the Node package in lib/node_modules.
joulecart_pythondir = $(pythondir)/joulecart
dist_joulecart_python_DATA = \
  %D%/python/joulecart/__init__.py \
  %D%/python/joulecart/_marks.py \
  %D%/python/joulecart/_measured.py \
  %D%/python/joulecart/_regions.py \
  %D%/python/joulecart/_results.py \
  %D%/python/joulecart/callbacks.py \
  %D%/python/joulecart/torch.py
joulecart_nodedir = $(prefix)/lib/node_modules/joulecart
dist_joulecart_node_DATA = %D%/node/index.js %D%/node/index.d.ts %D%/node/package.json
EXTRA_DIST += %D%/python/pyproject.toml
