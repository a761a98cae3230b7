"""Picture of a page for the README: python docs/images/shoot.py report.html docs/images/page.png"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

page, out = map(Path, sys.argv[1:])
# The tables between the answer and the map are left out so that both fit into one picture.
hidden = "nav, .answer .scroll, .answer h3, .answer h3 ~ *, .mapfig .source, .mapfig details, .mapfig ~ *"
style = f"<style>{hidden} {{ display: none }}</style></head>"
with tempfile.TemporaryDirectory() as folder:
    copy, shot = Path(folder) / "page.html", Path(folder) / "shot.png"
    copy.write_text(page.read_text(encoding="utf-8").replace("</head>", style, 1), encoding="utf-8")
    chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    subprocess.run([*chromium, "--window-size=1100,1720", f"--screenshot={shot}", copy.as_uri()], check=True)
    Image.open(shot).convert("RGB").save(out, optimize=True)  # no palette: it loses the colours of the legend
