"""A clinic's own content folder, made for one test."""

from pathlib import Path

from catalog import library

OWN = library.OWN_DATA


def folder(tmp_path: Path, **files: str) -> Path:
    """A folder with these files; `guides_Z01="…"` becomes guides/Z01.toml."""
    for name, text in files.items():
        path = tmp_path / f"{name.replace('_', '/')}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def guide(id_: str = "G01", **changes: str) -> str:
    """One of our own guides under another address, with some of its lines written anew."""
    text = (OWN / "guides" / f"{id_}.toml").read_text(encoding="utf-8")
    for key, value in {"slug": '"another-address"', **changes}.items():
        line = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
        text = text.replace(f"\n{line}\n", f"\n{key} = {value}\n", 1)
    return text
