"""The project's own source, read for the tests of its shape."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "dsar").rglob("*.py"))
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def name(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def part(path: Path) -> str:
    """The package or module of dsar that a file belongs to: services, app, i18n …"""
    return path.relative_to(ROOT / "dsar").with_suffix("").parts[0]


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text("utf-8"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, FUNCTIONS)]


def imports(path: Path) -> set[str]:
    """Full names of everything a file imports, relative imports resolved."""
    package = path.relative_to(ROOT).parts[:-1]
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*above, *([node.module] if node.module else [])])
            names |= {f"{start}.{alias.name}" for alias in node.names}
    return names


def calls(node: ast.AST) -> set[str]:
    """The calls below a node, as written: `session.add`, `utcnow`."""
    return {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}


def committed() -> list[Path]:
    """Every text file that git knows, or would take at the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = {ROOT / line for line in listed.stdout.split("\0") if line}
    return sorted(path for path in paths if path.is_file() and b"\0" not in path.read_bytes())
