TITLE = "the official Python client"


def checks(server, scratch):
    return []
