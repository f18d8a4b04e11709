# Filled below: migrations, views and factors become headers at build time.
