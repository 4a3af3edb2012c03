"""Reads sketches that Forebay wrote, by Apache DataSketches' own library, and prints what it finds.

Arguments: a folder with <column>.hll, <column>.kll_doubles and <column>.frequent_strings. One JSON object
per line: the column, the sketch, and its figures. Each image is merged into an empty sketch of the library
too, so that it is not only read but used.
"""

import json
import pathlib
import sys

import datasketches

# Between the extremes, which this library has as figures of their own.
RANKS = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99]


def hll(image):
    sketch = datasketches.hll_sketch.deserialize(image)
    union = datasketches.hll_union(12)
    union.update(sketch)
    return {
        "estimate": sketch.get_estimate(),
        "union": union.get_estimate(),
        "lg_k": sketch.lg_config_k,
        "type": str(sketch.tgt_type),
    }


def kll_doubles(image):
    sketch = datasketches.kll_doubles_sketch.deserialize(image)
    merged = datasketches.kll_doubles_sketch(200)
    merged.merge(sketch)
    between = [sketch.get_quantile(rank, True) for rank in RANKS]
    return {
        "n": sketch.n,
        "merged_n": merged.n,
        "k": sketch.k,
        # As texts, which no reader of JSON rounds.
        "quantiles": [repr(x) for x in (sketch.get_min_value(), *between, sketch.get_max_value())],
    }


def frequent_strings(image):
    sketch = datasketches.frequent_strings_sketch.deserialize(image)
    merged = datasketches.frequent_strings_sketch(9)
    merged.merge(sketch)
    kind = datasketches.frequent_items_error_type.NO_FALSE_POSITIVES
    return {
        "total_weight": sketch.total_weight,
        "merged_weight": merged.total_weight,
        "items": [list(row) for row in sketch.get_frequent_items(kind)],
    }


READERS = {"hll": hll, "kll_doubles": kll_doubles, "frequent_strings": frequent_strings}

for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    figures = READERS[path.suffix[1:]](path.read_bytes())
    print(json.dumps({"column": path.stem, "sketch": path.suffix[1:], **figures}))
