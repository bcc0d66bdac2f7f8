"""Writes ../model.json with sizes and hashes of the exported files, after export.

python manifest.py
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / 'starter-scenes' / 'training'))
from scenes_manifest import file_entries, mebibytes  # noqa: E402

# × 4 first: the one that is used where a tool asks for one graph only.
FILES = ('model.onnx', 'x2/model.onnx')


def main():
    entries = file_entries(HERE.parent, FILES)
    weights = mebibytes(1.5 * sum(entry['bytes'] for entry in entries))
    manifest = dict(
        id='starter-upscale',
        name='Starter upscale',
        version='0.1.0',
        family='upscaler',
        capabilities=['upscale'],
        files=entries,
        memory=dict(weights=weights, working=256),
        priority=-10,
        licence='MIT',
    )
    (HERE.parent / 'model.json').write_text(json.dumps(manifest, indent=2) + '\n')


if __name__ == '__main__':
    main()
