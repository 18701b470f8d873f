"""Plots as SVG, without any library."""
import html
import math

COLORS = ["#0b5fa5", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#be185d", "#334155"]
WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 60, 220, 20, 50


def get_ticks(low, high, count=6):
    """Round numbers from low to high."""
    step = 10 ** math.floor(math.log10((high - low) / count))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= count)
    first = math.ceil(low / step)
    return [i * step for i in range(first, math.floor(high / step) + 1)]


def draw_curves(curves, x_label, y_label):
    """The SVG of {name: [(x, y), ...]}, with x on a logarithmic scale."""
    points = [point for curve in curves.values() for point in curve]
    low, high = min(p[0] for p in points) / 1.1, max(p[0] for p in points) * 1.1
    least, most = min(p[1] for p in points), max(p[1] for p in points)
    margin = max(0.05 * (most - least), 0.1)
    least, most = least - margin, most + margin

    def place(x, y):
        across = math.log(x / low) / math.log(high / low)
        up = (y - least) / (most - least)
        return (
            LEFT + across * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM),
        )

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for tick in get_ticks(least, most):
        _, y = place(low, tick)
        out.append(
            f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    decade = 10 ** math.floor(math.log10(low))
    while decade <= high:
        for factor in (1, 2, 5):
            if low <= decade * factor <= high:
                x, _ = place(decade * factor, least)
                out.append(
                    f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                    f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}"'
                    f' text-anchor="middle">{decade * factor:g}</text>'
                )
        decade *= 10
    for index, (name, curve) in enumerate(curves.items()):
        color = COLORS[index % len(COLORS)]
        places = [place(*point) for point in sorted(curve)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        out.append(f'<polyline points="{line}" fill="none" stroke="{color}"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in places]
        y = TOP + 14 + 18 * index
        out.append(
            f'<circle cx="{WIDTH - RIGHT + 14}" cy="{y - 4}" r="3.5" fill="{color}"/>'
            f'<text x="{WIDTH - RIGHT + 24}" y="{y}">{html.escape(name)}</text>'
        )
    out.append(
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}"'
        f' text-anchor="middle">{html.escape(x_label)}</text>'
        f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)"'
        f' text-anchor="middle">{html.escape(y_label)}</text>'
    )
    return "\n".join(out) + "\n</svg>\n"
