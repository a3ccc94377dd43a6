#!/usr/bin/python3
"""Writes an image that podman, docker and containerd load without a network: busybox and nothing else.

usage: make_image.py BUSYBOX NAME:TAG OUT.tar
"""
import hashlib
import io
import json
import sys
import tarfile

APPLETS = ["sh", "cat", "echo", "id", "sleep", "tty", "true", "false", "ls", "env", "hostname"]


def entry(name, kind=tarfile.REGTYPE, mode=0o755, size=0, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size, info.linkname = kind, mode, size, link
    return info


def layer(busybox):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for directory in ["bin", "dev", "etc", "proc", "sys", "tmp", "root"]:
            tar.addfile(entry(directory, tarfile.DIRTYPE))
        tar.addfile(entry("bin/busybox", size=len(busybox)), io.BytesIO(busybox))
        for applet in APPLETS:
            tar.addfile(entry("bin/" + applet, tarfile.SYMTYPE, link="busybox"))
        passwd = b"root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/tmp:/bin/sh\n"
        tar.addfile(entry("etc/passwd", mode=0o644, size=len(passwd)), io.BytesIO(passwd))
    return out.getvalue()


def main():
    busybox_path, name, out = sys.argv[1:]
    with open(busybox_path, "rb") as file:
        content = layer(file.read())
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"], "Cmd": ["/bin/sh"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(content).hexdigest()]},
    }).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": config_name, "RepoTags": [name], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(out, "w") as tar:
        for file_name, text in [(config_name, config), ("layer.tar", content), ("manifest.json", manifest)]:
            tar.addfile(entry(file_name, mode=0o644, size=len(text)), io.BytesIO(text))


main()
