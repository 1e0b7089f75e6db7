# A mailbox: looking, reading, deleting.
set tls.plaintext_login = true
account taro@hato.test secret
account hanako@hato.test secret
account jiro@hato.test secret
account saburo@hato.test secret
account shiro@hato.test secret
account goro@hato.test secret
account roku@hato.test secret
account nana@hato.test secret

-- lmtp
CONNECT lmtp
S: 220 *
C: LHLO client.example
R: 250 *

== numbers, sizes, ids
USE lmtp
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: one\r\n\r\n..first line\r\n.
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<taro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: two\r\n\r\nsecond\r\n.
R: 250 *
CONNECT pop3
S: +OK *
C: USER taro
S: +OK *
C: PASS secret
S: +OK 2 messages
C: STAT
S: ~\+OK 2 (?P<all>\d+)
C: LIST
S: +OK 2 messages
S: ~1 (?P<one>\d+)
S: ~2 (?P<two>\d+)
S: .
C: LIST 2
S: +OK 2 ${two}
C: UIDL
S: +OK 2 messages
S: ~1 (?P<id1>[0-9a-f]{16})
S: ~2 (?P<id2>[0-9a-f]{16})
S: .
C: UIDL 1
S: +OK 1 ${id1}
C: RETR 1
S: +OK ${one} octets
S: Return-Path: <bob@example.com>
S: Delivered-To: taro@hato.test
S: ...
S: Subject: one
S: 
S: ..first line
S: .
C: TOP 2 0
S: +OK *
S: ...
NOT: second
S: Subject: two
S: 
S: .
C: TOP 2 1
S: +OK *
S: ...
S: 
S: second
S: .
C: NOOP
S: +OK Nothing done
C: DELE 1
S: +OK Deleted at QUIT
C: STAT
S: +OK 1 ${two}
C: LIST
S: +OK 1 message
S: 2 ${two}
S: .
C: UIDL
S: +OK 1 message
S: 2 ${id2}
S: .
C: RETR 1
S: -ERR Message 1 is marked as deleted (ref *)
C: TOP 1 1
S: -ERR Message 1 is marked as deleted (ref *)
C: LIST 1
S: -ERR Message 1 is marked as deleted (ref *)
C: UIDL 1
S: -ERR Message 1 is marked as deleted (ref *)
C: DELE 1
S: -ERR Message 1 is marked as deleted (ref *)
C: RSET
S: +OK 2 messages
C: STAT
S: +OK 2 ${all}
C: DELE 1
S: +OK *
C: QUIT
S: +OK Goodbye
CLOSED
CONNECT pop3
S: +OK *
C: USER taro
S: +OK *
C: PASS secret
S: +OK 1 message
C: UIDL 1
S: +OK 1 ${id2}

== numbers that are none
CONNECT pop3
S: +OK *
C: USER hanako
S: +OK *
C: PASS secret
S: +OK 0 messages
C: STAT
S: +OK 0 0
C: LIST
S: +OK 0 messages
S: .
C: UIDL
S: +OK 0 messages
S: .
C: LIST 1
S: -ERR No message 1, there are 0 (ref *)
C: RETR 0
S: -ERR No message 0, there are 0 (ref *)
C: RETR -1
S: -ERR No message -1, there are 0 (ref *)
C: RETR x
S: -ERR No message x, there are 0 (ref *)
C: DELE 99999999999999999999
S: -ERR No message 99999999999999999999, there are 0 (ref *)
C: RETR
S: -ERR Write it as: RETR number (ref *)
C: TOP 1
S: -ERR Write it as: TOP number lines (ref *)
C: DELE
S: -ERR Write it as: DELE number (ref *)
C: STAT 1
S: -ERR Write it as: STAT (ref *)
C: NOOP 1
S: -ERR Write it as: NOOP (ref *)
C: LIST 1 2
S: -ERR Write it as: LIST [number] (ref *)
C: RSET
S: +OK 0 messages
C: QUIT
S: +OK Goodbye
CLOSED

== a broken connection deletes nothing
USE lmtp
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<jiro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: keep\r\n\r\nme\r\n.
R: 250 *
CONNECT pop3
S: +OK *
C: USER jiro
S: +OK *
C: PASS secret
S: +OK 1 message
C: DELE 1
S: +OK *
RESET
CONNECT pop3
S: +OK *
C: USER jiro
S: +OK *
C: PASS secret
S: +OK 1 message
C: DELE 1
S: +OK *
SHUT
CLOSED
CONNECT pop3
S: +OK *
C: USER jiro
S: +OK *
C: PASS secret
S: +OK 1 message

== a second session has its own snapshot
USE lmtp
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<saburo@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: one\r\n\r\n1\r\n.
R: 250 *
CONNECT pop3 AS a
S: +OK *
C: USER saburo
S: +OK *
C: PASS secret
S: +OK 1 message
CONNECT pop3 AS b
S: +OK *
C: USER saburo
S: +OK *
C: PASS secret
S: +OK 1 message
C: DELE 1
S: +OK *
C: QUIT
S: +OK *
CLOSED
@ a
C: STAT
S: ~\+OK 1 \d+
C: RETR 1
S: -ERR That message has been removed (ref *)
C: DELE 1
S: +OK *
C: QUIT
S: +OK Goodbye
CLOSED

== all at once: pipelining
USE lmtp
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<shiro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: piped\r\n\r\n.\r\n\
R: 250 *
CONNECT pop3
C: USER shiro\r\nPASS secret\r\nSTAT\r\nTOP 1 0\r\nDELE 1\r\nQUIT
S: +OK *
S: +OK *
S: +OK 1 message
S: ~\+OK 1 \d+
S: +OK Top of message follows
S: ...
S: Subject: piped
S: 
S: .
S: +OK Deleted at QUIT
S: +OK Goodbye
CLOSED

== bytes come as they were sent
USE lmtp
C: MAIL FROM:<bob@example.com> BODY=8BITMIME SMTPUTF8
R: 250 *
C: RCPT TO:<goro@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: 件名\r\n\r\n..\r\n...\r\n\xe9\xff 8 bit\r\n \r\n\tlast \r\n.\r\n\
R: 250 *
CONNECT pop3
S: +OK *
C: USER goro
S: +OK *
C: PASS secret
S: +OK 1 message
C: RETR 1
S: +OK *
S: ...
S: Subject: 件名
S: 
S: ..
S: ~\.\.\.
S: \xe9\xff 8 bit
S:  
S: \tlast 
S: .

== the story tells of the session
USE lmtp
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<roku@hato.test>
R: 250 *
C: DATA
R: 354 *
C: Subject: story\r\n\r\n1\r\n.
R: 250 *
CONNECT pop3
S: +OK *
C: USER roku
S: +OK *
C: PASS secret
S: +OK 1 message
C: RETR 1
S: ...
S: .
C: RETR 2
S: ~-ERR .* \(ref (?P<ref>\w{10})\)
C: DELE 1
S: +OK *
C: QUIT
S: +OK *
CLOSED
$ story ${ref}
O: ...
O: *logged in: roku@hato.test PASS
O: *refused: RETR *
O: *deleted: INBOX UID 1
O: *fetched: INBOX UID 1, *
O: *closed: QUIT

== Japanese replies hold in the mailbox too
CONNECT pop3
S: +OK *
C: LANG ja
S: +OK *
C: USER nana
S: +OK パスワードをどうぞ
C: PASS secret
S: +OK 0 通のメッセージ
C: RETR 1
S: -ERR 1 番のメッセージはありません (0 通あります) (ref *)
C: LANG en
S: +OK en Replies are in English
C: NOOP
S: +OK Nothing done
