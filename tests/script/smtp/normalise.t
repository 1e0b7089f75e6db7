# With smtp.normalise_line_ends a bare LF is read as CRLF and a bare CR as a blank, and still only
# CRLF.CRLF ends a message.
set smtp.normalise_line_ends = true
account taro@hato.test secret

-- data
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 354 *

== bare line ends are mended
$ account add mended@hato.test --password-stdin < secret
CONNECT smtp
R: 220 *
C: EHLO client.example\n\
R: 250 *
C: MAIL FROM:<bob@example.com>\nRCPT TO:<mended@hato.test>\nDATA\n\
R: 250 *
R: 250 *
R: 354 *
C: Subject: x\n\nfirst\n.\nMAIL FROM:<evil@example.com>\na\rb\n..dots\r\n.\r\n\
R: 250 2.0.0 *
$ mail show mended@hato.test 1
O: ...
O: Subject: x
O: 
O: first
O: .
O: MAIL FROM:<evil@example.com>
O: a b
O: ..dots

== NUL is still refused
USE data
C: Subject: x\n\n\0\r\n.
R: 550 5.6.0 *
