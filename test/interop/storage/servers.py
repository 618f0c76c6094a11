"""Real servers of S3 and Google Cloud Storage: moto and gcp-storage-emulator, on ports that the system chooses."""

import contextlib
import pathlib
import socket
import subprocess
import sys
import time

import boto3
import requests

SECONDS = 60
KEY = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def server(words, port):
    program = pathlib.Path(sys.executable).parent / words[0]
    process = subprocess.Popen([program, *words[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < until, f"{words[0]} does not start"
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def s3_server(objects, bucket="models"):
    """Its URL; `objects` are contents by name."""
    port = free_port()
    with server(["moto_server", "-H", "127.0.0.1", "-p", str(port)], port) as url:
        client = boto3.client("s3", endpoint_url=url, **{
            "aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1",
        })
        client.create_bucket(Bucket=bucket)
        for name, content in objects.items():
            client.put_object(Bucket=bucket, Key=name, Body=content)
        yield url


@contextlib.contextmanager
def gcs_server(objects, bucket="models"):
    """Its URL; `objects` are contents by name."""
    port = free_port()
    with server(["gcp-storage-emulator", "start", "--host=127.0.0.1", f"--port={port}", "--in-memory"], port) as url:
        requests.post(f"{url}/storage/v1/b?project=tests", json={"name": bucket}, timeout=SECONDS).raise_for_status()
        for name, content in objects.items():
            place = {"uploadType": "media", "name": name}
            form = {"content-type": "application/octet-stream"}
            upload = f"{url}/upload/storage/v1/b/{bucket}/o"
            requests.post(upload, params=place, data=content, headers=form, timeout=SECONDS).raise_for_status()
        yield url
