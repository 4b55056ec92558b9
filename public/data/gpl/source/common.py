"""Shared helpers of the data-set builders (Debian python3 + numpy only)."""
import hashlib, json, os, subprocess
from pathlib import Path
import numpy as np

SEED = 20240607
# Where the sets are written: $OUT, else a folder `out` here.
OUT = Path(os.environ.get("OUT", Path(__file__).resolve().parent / "out"))
# Folder with packages unpacked by `dpkg -x NAME.deb $DEB_ROOT/NAME` (for packages one does not want installed).
DEB_ROOT = os.environ.get("DEB_ROOT", "")


def deb_file(package, suffix):
    """The file of a Debian package whose path ends with `suffix` (unpacked below DEB_ROOT, or installed)."""
    if DEB_ROOT and (Path(DEB_ROOT) / package).is_dir():
        for p in sorted((Path(DEB_ROOT) / package).rglob("*")):
            if str(p).endswith(suffix):
                return p
    out = subprocess.run(["dpkg", "-L", package], capture_output=True, text=True).stdout.split("\n")
    for line in out:
        if line.endswith(suffix) and os.path.isfile(line):
            return Path(line)
    raise FileNotFoundError(f"{package}: *{suffix}")


def deb_version(package):
    out = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    if out.returncode == 0 and out.stdout:
        return out.stdout
    out = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True).stdout
    for line in out.split("\n"):
        if "Candidate:" in line:
            return line.split(":", 1)[1].strip()
    return "?"


DT = {"uint8": "<u1", "int8": "<i1", "int16": "<i2", "uint16": "<u2", "float32": "<f4", "int32": "<i4", "uint32": "<u4"}


def write_array(folder, name, a, layout):
    """Raw little-endian C-order dump; returns its meta entry."""
    a = np.ascontiguousarray(a)
    if a.dtype.kind == "f":
        assert np.isfinite(a).all(), name
    d = DT[a.dtype.name]
    folder.mkdir(parents=True, exist_ok=True)
    b = a.astype(d).tobytes()
    (folder / name).write_bytes(b)
    return {"file": name, "dtype": a.dtype.name, "shape": list(a.shape), "bytes": len(b), "layout": layout,
            "sha256": hashlib.sha256(b).hexdigest()}


def write_text(folder, name, s, layout):
    folder.mkdir(parents=True, exist_ok=True)
    b = s.encode("utf-8")
    (folder / name).write_bytes(b)
    return {"file": name, "dtype": "utf-8 text", "bytes": len(b), "layout": layout, "sha256": hashlib.sha256(b).hexdigest()}


def write_meta(folder, meta):
    s = json.dumps(meta, indent=1, ensure_ascii=False)
    # keep short number lists on one line
    import re
    s = re.sub(r"\[\s*((?:-?[\d.eE+-]+|\"[^\"\n]{0,40}\"|null)(?:,\s*(?:-?[\d.eE+-]+|\"[^\"\n]{0,40}\"|null))*)\s*\]",
               lambda m: "[" + re.sub(r",\s+", ", ", m.group(1)) + "]", s)
    json.loads(s)
    (folder / "meta.json").write_text(s + "\n", encoding="utf-8")


def class_counts(y, k, n_train):
    return {"train": np.bincount(y[:n_train], minlength=k).tolist(), "validation": np.bincount(y[n_train:], minlength=k).tolist()}


def balanced_take(y, per_class, rng):
    """Indices with per_class of each class, shuffled."""
    idx = np.concatenate([rng.permutation(np.flatnonzero(y == c))[:per_class] for c in np.unique(y)])
    return rng.permutation(idx)
