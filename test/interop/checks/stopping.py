"""After all of the above: nothing in the logs that the server calls its own fault, and an orderly end."""

from harness import equal

# What the server with a broken model has to complain of, and no other.
COMPLAINTS = {"partial": 2}


def checks(servers):
    def of(name, server):
        def check():
            equal(len(server.errors()), COMPLAINTS.get(name, 0), f"error lines {server.errors()}")
            equal(server.stop(), 0, "exit status")
            equal(server.events[-1]["event"], "stopped", "last line of the log")

        check.__doc__ = f"the server '{name}' logged no defect, and ends on SIGTERM with status 0"
        return check

    return [of(name, server) for name, server in servers.items()]
