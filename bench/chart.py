# SPDX-License-Identifier: Apache-2.0
"""One SVG picture: for each case a bar for Hato and one for the peer, and how many times."""
from html import escape

WIDTH, LABEL, BAR, ROW = 860, 300, 400, 62
HATO, PEER, INK, PALE = '#2f6f9f', '#b9b3a6', '#222222', '#666666'


def text(x, y, words, size=13, colour=INK, weight='normal', anchor='start'):
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" font-weight="{weight}" text-anchor="{anchor}">{escape(words)}</text>'


def bars(title, cases, machine):
    """cases: (name, unit, rate of Hato, rate of the peer or None). Each case has its own scale."""
    height = 80 + ROW * len(cases)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" role="img">',
           f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>', text(16, 28, title, 17, weight='bold'),
           text(16, 48, f'{machine["cpu"]}, {machine["cores"]} cores, {machine["when"][:10]}; medians; longer is better', 12, PALE)]
    for row, (name, unit, hato, peer) in enumerate(cases):
        y = 66 + ROW * row
        longest = max(hato, peer or 0)
        out.append(text(16, y + 22, name))
        for number, (label, rate, colour) in enumerate((('Hato', hato, HATO), ('peer', peer, PEER))):
            if rate is None:
                continue
            width = max(1.5, BAR * rate / longest)
            top = y + 8 + 20 * number
            out.append(f'<rect x="{LABEL}" y="{top}" width="{width:.1f}" height="16" rx="2" fill="{colour}"/>')
            out.append(text(LABEL + width + 6, top + 12.5, f'{label} {rate:,.0f} {unit}', 12))
        if peer:
            out.append(text(16, y + 40, f'{hato / peer:.1f} times', 12, HATO, 'bold'))
    return '\n'.join(out + ['</svg>', ''])
