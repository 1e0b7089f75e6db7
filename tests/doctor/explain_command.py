#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""hato explain, codes and causes as a person and a program call them: JSON by its schema, the page
without foreign markup, clear errors. usage: explain_command.py --hato PATH"""
import json, os, subprocess, sys, tempfile
import jsonschema

HERE = os.path.dirname(os.path.abspath(__file__))
HATO = sys.argv[sys.argv.index('--hato') + 1]
failed = []


def run(*args, stdin=b''):
    env = {'PATH': os.environ['PATH'], 'LANG': 'C.UTF-8'}
    return subprocess.run([HATO, *args], input=stdin, capture_output=True, timeout=60, env=env)


def expect(what, holds, got=''):
    if not holds:
        failed.append(what)
        print(f'FAIL {what}: {str(got)[:500]}')


def json_follows_its_schema():
    schema = json.load(open(os.path.join(HERE, '../../docs/explain.schema.json')))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    texts = [json.loads(l)['text'] for name in ('real_errors.dev.jsonl', 'not_errors.jsonl')
             for l in open(os.path.join(HERE, '../eval', name), encoding='utf-8')]
    for text in [t for t in texts if t.strip()][::4] + ['0x800CCC0F', '10061', '550', '5.7.26', 'WSAETIMEDOUT',
                                                  'SMTP_550_MAILBOX_NOT_FOUND']:
        for lang in ('en', 'ja'):
            got = run('explain', '--json', '--lang', lang, stdin=text.encode())
            expect('exit 0', got.returncode == 0, got.stderr)
            for error in validator.iter_errors(json.loads(got.stdout)):
                expect(f'schema: {text[:40]!r}', False, error.message)


def bare_codes_are_known():
    for code in ('0x800CCC0F', '10061', '550', '5.7.26', 'WSAETIMEDOUT', 'SMTP_550_MAILBOX_NOT_FOUND', '-2146644977'):
        got = json.loads(run('explain', '--json', code).stdout)
        expect(f'{code} is known', got['codes'], got)


def errors_are_one_clear_line():
    with tempfile.TemporaryDirectory() as folder:
        binary = os.path.join(folder, 'picture.png')
        open(binary, 'wb').write(bytes(range(256)) * 20)
        secret = os.path.join(folder, 'gone.txt')
        for args, stdin, code in ((['explain'], b'', 65), (['explain'], b' \n\n', 65), (['explain', folder], b'', 66),
                                  (['explain', binary], b'', 65), (['explain', secret], b'', 66),
                                  (['explain', '--batch'], b'no json\n', 65), (['codes', 'winsok'], b'', 65),
                                  (['causes', 'port25-bloked'], b'', 65)):
            got = run(*args, stdin=stdin)
            lines = got.stderr.decode().splitlines()
            expect(f'{args} ends with {code}', got.returncode == code, (got.returncode, got.stderr))
            expect(f'{args} says one line', len(lines) == 1 and lines[0].startswith('hato: '), lines)


def page_holds_no_foreign_markup():
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, 'page.html')
        run('explain', '--html', page, '550 5.1.1 <script>alert(1)</script>" onload="x User unknown')
        text = open(page, encoding='utf-8').read()
        expect('page is escaped', '<script' not in text and ' onload="' not in text and '&lt;script&gt;' in text, text)
        expect('page stands alone', 'http://' not in text.split('<body>')[0] and 'src=' not in text)


def terminal_gets_no_control_from_the_input():
    got = run('explain', '550 5.1.1 \x1b]0;title\x07 User unknown \x9b31m').stdout.decode()
    expect('no control characters', not any(ord(c) < 32 and c != '\n' for c in got), repr(got))


def batch_answers_in_order():
    asked = ''.join(json.dumps({'id': i, 'text': t}) + '\n' for i, t in enumerate(['550 5.1.1 User unknown', '', 'hello']))
    answers = [json.loads(l) for l in run('explain', '--batch', stdin=asked.encode()).stdout.decode().splitlines()]
    expect('order', [a['id'] for a in answers] == [0, 1, 2], answers)
    expect('cause', answers[0]['side'] == 'recipient' and answers[0]['causes'][0]['slug'] == 'recipient-unknown', answers)
    expect('nothing wrong', answers[2] == {'id': 2, 'side': None, 'causes': [], 'codes': []}, answers)


def long_and_odd_inputs_are_answered():
    line = b'550 5.1.1 User unknown ' + b'x' * (10 << 20)
    for name, data in (('10 MB line', line), ('broken UTF-8', b'550 5.1.1 User unknown \xff\xfe\xfd'),
                       ('Shift_JIS', 'サーバーへの接続は失敗しました。 エラー番号 : 0x800CCC0E'.encode('cp932')),
                       ('UTF-16', 'エラー番号 : 0x800CCC0E'.encode('utf-16'))):
        got = run('explain', '--json', stdin=data)
        expect(name, got.returncode == 0 and json.loads(got.stdout)['codes'], got.stderr)


def lists_are_whole():
    expect('codes', b'winsock' in run('codes').stdout)
    expect('codes of a family', b'WSAECONNREFUSED' in run('codes', 'winsock').stdout)
    expect('causes', b'port25-blocked' in run('causes').stdout)
    for lang in ('en', 'ja'):
        got = run('causes', '--lang', lang, 'port25-blocked')
        expect('one cause', got.returncode == 0 and len(got.stdout) > 500, got)


for test in (json_follows_its_schema, bare_codes_are_known, errors_are_one_clear_line, page_holds_no_foreign_markup,
             terminal_gets_no_control_from_the_input, batch_answers_in_order, long_and_odd_inputs_are_answered,
             lists_are_whole):
    test()
print(f'{len(failed)} failed' if failed else 'all as it should be')
sys.exit(1 if failed else 0)
