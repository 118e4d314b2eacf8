"""Where the axe accessibility checks lie, installed with the packages of the pages."""

from pathlib import Path

AXE = Path(__file__).resolve().parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"
