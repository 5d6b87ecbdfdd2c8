import json


def report(event: str, **fields: object) -> None:
    """Writes one line of JSON, for people and for what started this worker."""
    print(json.dumps({"event": event, **fields}), flush=True)
