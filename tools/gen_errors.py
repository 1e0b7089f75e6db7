#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes base/error_ids.h and catalogue/error_rows.inc from catalogue/errors/*.toml.

usage: gen_errors.py OUT_DIR FILE.toml...
A row that lacks a text, or names a key that is not known, stops the build with file and row."""
import os, re, sys, tomllib

KEYS = {'smtp', 'pop3', 'imap', 'jmap', 'exit', 'cause', 'side', 'client', 'log', 'en', 'ja'}
SIDES = {'client', 'client-network', 'own-server', 'remote-server', 'dns', 'policy', 'recipient',
         'sender-reputation', 'tls', 'auth', 'storage', 'message'}


def stop(path, row, what):
    sys.exit(f'{path}: [{row}]: {what}')


def check(path, slug, row):
    if not re.fullmatch(r'[a-z][a-z0-9-]*', slug):
        stop(path, slug, 'a row id is lower case, digits and hyphens')
    for key in row:
        if key not in KEYS:
            stop(path, slug, f'unknown key {key!r}')
    if row.get('side') not in SIDES:
        stop(path, slug, f'side is one of {", ".join(sorted(SIDES))}')
    if 'smtp' in row and not re.fullmatch(r'[245]\d\d [245]\.\d+\.\d+', row['smtp']):
        stop(path, slug, 'smtp looks like "550 5.1.1"')
    for lang in ('en', 'ja'):
        if not row.get('client', {}).get(lang):
            stop(path, slug, f'client.{lang} is missing')
        for part in ('what', 'fix'):
            if not row.get(lang, {}).get(part):
                stop(path, slug, f'{lang}.{part} is missing')
    if not row['client']['en'].isascii():
        stop(path, slug, 'client.en goes over the wire to any client: ASCII only')


def quote(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if not os.path.exists(path) or open(path).read() != text:
        open(path, 'w').write(text)
    else:
        os.utime(path)


def main():
    out, files = sys.argv[1], sys.argv[2:]
    rows = {}
    for path in sorted(files):
        for slug, row in tomllib.load(open(path, 'rb')).items():
            check(path, slug, row)
            if slug in rows:
                stop(path, slug, 'is there twice')
            rows[slug] = row
    names = {s: 'k' + ''.join(w.capitalize() for w in s.split('-')) for s in rows}
    order = sorted(rows)
    write(f'{out}/base/error_ids.h', '// Generated from catalogue/errors/*.toml.\n#pragma once\n#include <cstdint>\n\n'
          'namespace hato {\nenum class ErrorId : std::uint16_t {\n' + ''.join(f'  {names[s]},\n' for s in order) + '};\n'
          f'inline constexpr std::size_t kErrorCount = {len(order)};\n}}\n')
    table = ''
    for s in order:
        r = rows[s]
        smtp = r.get('smtp', '451 4.3.0').split()
        cells = [quote(s), smtp[0], quote(smtp[1]), quote(r.get('pop3', '')), quote(r.get('imap', '')), quote(r.get('jmap', 'serverFail')),
                 str(r.get('exit', 70)), quote(r.get('cause', '')), quote(r['side']), quote(r.get('log', r['client']['en']))]
        for part in (r['client']['en'], r['client']['ja'], r['en']['what'], r['ja']['what'], r['en']['fix'], r['ja']['fix']):
            cells.append(quote(part))
        table += '{' + ', '.join(cells) + '},\n'
    write(f'{out}/catalogue/error_rows.inc', table)


main()
