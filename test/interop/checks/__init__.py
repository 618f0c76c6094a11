"""One module per client; `checks(servers)` gives functions whose docstrings are their names."""
