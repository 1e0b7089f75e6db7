# Ends of a message that some servers take for one and this never does: the forged message behind
# each stays a part of the first, and that is refused.
account taro@hato.test secret
account smuggled@hato.test secret

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
R: 354 End with <CRLF>.<CRLF>

== \n.\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\n.\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \n.\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r\n.\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\n.\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r.\r ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r.\rMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r.\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r\n.\r ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\n.\rMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r.\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r.\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \n.\r ends nothing
USE data
C: Subject: x\r\n\r\nfirst\n.\rMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r\n.\r\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\n.\r\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r\r\n.\r\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\r\n.\r\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \n\n.\n\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\n\n.\n\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r\r.\r\r ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\r.\r\rMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \n\r.\n\r ends nothing
USE data
C: Subject: x\r\n\r\nfirst\n\r.\n\rMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: 550 5.6.11 Message has a bare CR or LF; lines must end with CR LF (ref *)
C: NOOP
R: 250 2.0.0 Ok

== \r\n\0.\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\n\0.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: ~550 5\.6\.(0|11) .* \(ref \w+\)
C: NOOP
R: 250 2.0.0 Ok

== \r\n.\0\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\n.\0\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: ~550 5\.6\.(0|11) .* \(ref \w+\)
C: NOOP
R: 250 2.0.0 Ok

== \r\0\n.\r\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\0\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: ~550 5\.6\.(0|11) .* \(ref \w+\)
C: NOOP
R: 250 2.0.0 Ok

== \r\n.\r\0\n ends nothing
USE data
C: Subject: x\r\n\r\nfirst\r\n.\r\0\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<smuggled@hato.test>\r\nDATA\r\nSubject: forged\r\n\r\nboo\r\n.
R: ~550 5\.6\.(0|11) .* \(ref \w+\)
C: NOOP
R: 250 2.0.0 Ok

== a dot after anything else is text
USE data
C: Subject: x\r\n\r\n .\r\n\t.\r\n\x85.\r\n\xe2\x80\xa8.\r\n\x0b.\x0b\r\n.
R: 250 2.0.0 *

== the same with the last chunk of BDAT
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: BDAT 24 LAST\r\nSubject: x\r\n\r\na\n.\nMAIL F\
R: 550 5.6.11 *
C: NOOP
R: 250 2.0.0 Ok

== CR, LF and NUL in an address
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob\r@example.com>
R: 500 5.5.2 *
C: MAIL FROM:<"bob\r"@example.com>
R: 500 5.5.2 *
C: MAIL FROM:<bob@example.com\0>
R: 500 5.5.2 *
C: MAIL FROM:<bob@example.com>\r
R: 500 5.5.2 *
C: MAIL FROM:<"bob\n"@example.com>
R: 521 5.5.2 *
CLOSED

== nobody got a forged message
$ mail list smuggled@hato.test
O: No messages.
