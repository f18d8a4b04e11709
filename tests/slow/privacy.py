"""What a training with noise tells of a shop, computed another way: privacy.py WEIGHTS...

The program integrates the likelihood ratio; here its moments come from the series of Mironov, Talwar, Zhang 2019
(section 3.3), and the order is searched for by golden section. Of trainings in which every shop takes part in
each round, epsilon must also be above the exact one of the Gaussian mechanism (Balle, Wang 2018, theorem 8)."""
import json
import math
import re
import struct
import sys


def record_of(path):
    with open(path, 'rb') as file:
        length = struct.unpack('<Q', file.read(8))[0]
        return json.loads(file.read(length))['__metadata__']


def log_half_erfc(x):
    """ln(erfc(x) / 2); by its asymptotic series where erfc() has no digits left."""
    if x < 20:
        return math.log(math.erfc(x) / 2)
    return -x * x - math.log(2 * x * math.sqrt(math.pi)) + math.log1p(-1 / (2 * x * x))


def log_moment(q, z, order):
    """The terms fall as k^-(order + 2): the sum ends where they are below 1e-9 of it."""
    middle = z * z * math.log(1 / q - 1) + 0.5
    terms, k, sign, chosen = [], 0, 1, 0.0
    while True:
        rest = order - k
        left = chosen + k * math.log(q) + rest * math.log1p(-q) + k * (k - 1) / (2 * z * z) \
            + log_half_erfc((k - middle) / (math.sqrt(2) * z))
        right = chosen + rest * math.log(q) + k * math.log1p(-q) + rest * (rest - 1) / (2 * z * z) \
            + log_half_erfc((middle - rest) / (math.sqrt(2) * z))
        terms += [(left, sign), (right, sign)]
        if k > order and max(left, right) < max(terms)[0] - math.log(1e9):
            break
        if rest == 0:
            break
        chosen += math.log(abs(rest)) - math.log(k + 1)
        sign = sign if rest > 0 else -sign
        k += 1
    largest = max(terms)[0]
    return largest + math.log(math.fsum(s * math.exp(t - largest) for t, s in terms))


def epsilon_at(order, q, z, rounds, delta):
    divergence = order / (2 * z * z) if q == 1 else log_moment(q, z, order) / (order - 1)
    return rounds * divergence + math.log((order - 1) / order) \
        - (math.log(delta) + math.log(order)) / (order - 1)


def epsilon(*mechanism):
    low, high, ratio = math.log(0.02), math.log(500), (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        if epsilon_at(1 + math.exp(a), *mechanism) < epsilon_at(1 + math.exp(b), *mechanism):
            high = b
        else:
            low = a
    return epsilon_at(1 + math.exp(low), *mechanism)


def exact_gaussian(z, rounds, delta):
    """All rounds are one, with noise of z / sqrt(rounds)."""
    def normal(x):
        return math.erfc(-x / math.sqrt(2)) / 2

    s, low, high = z / math.sqrt(rounds), 0.0, 500.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        told = normal(0.5 / s - middle * s) - math.exp(middle) * normal(-0.5 / s - middle * s)
        low, high = (middle, high) if told > delta else (low, middle)
    return high


def check(path):
    record = record_of(path)
    own = record['recipe'].split('; ')[1]
    rounds = int(re.search(r'epochs (\d+)', own).group(1))
    share = re.search(r'participation ([0-9.]+)', own)
    share = float(share.group(1)) if share else 1.0
    noise, delta, told = (float(record[key]) for key in ('noise', 'delta', 'epsilon'))
    found = epsilon(share, noise, rounds, delta)
    print(f'{rounds} rounds of {share:g} of the shops, noise {noise}: epsilon {told:.4f}, here {found:.4f}')
    assert abs(found - told) <= 5e-4 * found, (found, told)
    if share == 1:
        exact = exact_gaussian(noise, rounds, delta)
        print(f'  the exact one is {exact:.4f}')
        assert told >= exact > 0.5 * told, (exact, told)


for weights in sys.argv[1:]:
    check(weights)
