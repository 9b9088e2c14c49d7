"""Writes the vectors of this folder with numpy and scipy: `python3 make.py` in it. One record a line, fields by blanks."""
import numpy as np
from scipy.optimize import minimize_scalar

REPR = "{!r}".format


def write(name, lines):
    with open(name, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def random_lines():
    for seed in [0, 1, 7, 10000, 10001, 123456789, 2**32 - 1, 2**32, 2**40 + 5, 2**53 - 1]:
        raw = np.random.default_rng(seed).bit_generator.random_raw(4)
        yield " ".join(["next64", str(seed), *(str(int(v)) for v in raw)])
        yield " ".join(["uniform", str(seed), *(REPR(float(v)) for v in np.random.default_rng(seed).random(4))])
    for seed, highest in [(0, 9), (3, 2**31), (3, 2**32 - 2), (5, 2**32 - 1), (5, 2**32), (6, 2**33 + 12345), (8, 3 * 2**62), (9, 2**64 - 2)]:
        draw = np.random.default_rng(seed)
        values = [int(draw.integers(0, highest, endpoint=True, dtype=np.uint64)) for _ in range(6)]
        yield " ".join(["up_to", str(seed), str(highest), *map(str, values)])
    for n, k, seed in [(10, 3, 0), (10, 10, 1), (1, 1, 0), (7714, 2000, 7), (10000, 9999, 2), (10001, 200, 3), (10001, 201, 3), (20000, 20000, 4),
                       (262144, 50000, 3), (500001, 500000, 0), (1000000, 20000, 5), (1000000, 20001, 10000), (3000000, 100, 9), (8000000, 500000, 12)]:
        chosen = np.random.default_rng(seed).choice(n, k, replace=False).astype(np.uint64)
        weighted = int((np.arange(1, k + 1, dtype=np.uint64) * chosen).sum(dtype=np.uint64))  # modulo 2^64; depends on the order
        yield " ".join(map(str, ["choose", n, k, seed, weighted, int(chosen[0]), int(chosen[-1])]))


def values_of(kind, n, seed):
    u = np.random.default_rng(seed).random(n)
    if kind == "uint16":
        return (u * u * 4000).astype(np.uint16)
    if kind == "int8":
        return (u * 250 - 125).astype(np.int8)
    return ((u - 0.3) * 100).astype(np.float32)


def percentile_lines():
    for kind in ["uint16", "int8", "float32"]:
        for n, seed in [(1, 1), (2, 2), (17, 3), (1000, 4), (20000, 5)]:
            values = values_of(kind, n, seed).astype(np.float64)
            for percent in [0, 1, 12.5, 50, 66.6, 99, 99.9, 100]:
                yield " ".join([kind, str(n), str(seed), str(percent), REPR(float(np.percentile(values, percent)))])


def information_lines():
    for n, seed, bins in [(50, 1, 4), (1000, 2, 16), (20000, 3, 64), (20000, 4, 100)]:
        draw = np.random.default_rng(seed)
        x = draw.random(n).astype(np.float32)
        y = (np.float32(0.4) * x + draw.random(n).astype(np.float32) * np.float32(0.5)).astype(np.float32)
        for a in [0.0, 0.1, 0.4, 1.0]:
            r = y.astype(np.float64) - a * x.astype(np.float64)
            p = np.histogram2d(x.astype(np.float64), r, bins=bins)[0] / n
            product = p.sum(axis=1)[:, None] * p.sum(axis=0)[None, :]
            yield " ".join([str(n), str(seed), str(bins), REPR(a), REPR(float((p[p > 0] * np.log(p[p > 0] / product[p > 0])).sum()))])


COSTS = {
    "parabola": lambda x: (x - 0.3) * (x - 0.3),
    "corner": lambda x: abs(x - 0.77),
    "rising": lambda x: x,
    "falling": lambda x: -x,
    "constant": lambda x: 1.0,
    "quartic": lambda x: x * x * x * x - 1.3 * x * x * x + 0.4 * x * x,
    "steps": lambda x: np.floor(200 * (x - 0.41) * (x - 0.41)) / 200,
}


def minimum_lines():
    for name, cost in COSTS.items():
        for low, high in [(0.0, 1.0), (0.0, 0.25), (-1.0, 3.0)]:
            found = minimize_scalar(cost, bounds=(low, high), method="bounded", options={"xatol": 1e-5, "maxiter": 500})
            yield " ".join([name, REPR(low), REPR(high), REPR(float(found.x)), REPR(float(found.fun)), str(found.nfev)])


write("random.txt", random_lines())
write("percentile.txt", percentile_lines())
write("mutual_information.txt", information_lines())
write("bounded_minimum.txt", minimum_lines())
