# MAIL and its parameters.
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- hello
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *

== addresses as the field writes them
USE hello
C: MAIL FROM: <bob@example.com>
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: MAIL FROM:bob@example.com
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: MAIL FROM:<>
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: MAIL FROM:<"a b>c"@example.com>
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: MAIL FROM:<@relay.example,@other.example:bob@example.com>
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: MAIL FROM:<bob@[192.0.2.1]>
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: MAIL FROM:<a..b.@docomo.ne.jp>
R: 250 2.1.0 Ok

== addresses that are none
USE hello
C: MAIL
R: 501 5.5.4 Cannot read that; it is written: MAIL FROM:<address> [parameters] (ref *)
C: MAIL FROM
R: 501 5.5.4 *
C: MAIL FROM:
R: 501 5.5.4 *
C: MAIL TO:<bob@example.com>
R: 501 5.5.4 *
C: MAIL FROM:<bob@example.com
R: 501 5.5.4 *
C: MAIL FROM:<bob>
R: 501 5.1.7 Bad sender address syntax (ref *)
C: MAIL FROM:<bob@>
R: 501 5.1.7 *
C: MAIL FROM:<@example.com>
R: 501 5.1.7 *
C: MAIL FROM:<bob@example.com> <alice@example.com>
R: 555 5.5.4 *
C: NOOP
R: 250 *

== addresses too long
USE hello
C: MAIL FROM:<${repeat 64 a}@example.com>
R: 250 *
C: RSET
R: 250 *
C: MAIL FROM:<${repeat 65 a}@example.com>
R: 501 5.1.7 *
C: MAIL FROM:<a@${repeat 128 a.}com>
R: 501 5.1.7 *

== every parameter
USE hello
C: MAIL FROM:<bob@example.com> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1 AUTH=<>
R: 250 2.1.0 Ok
C: RSET
R: 250 *
C: mail from:<bob@example.com> size=0 body=7bit ret=full auth=bob+40example.com
R: 250 2.1.0 Ok

== parameters with wrong values
USE hello
C: MAIL FROM:<> SIZE
R: 501 5.5.4 Wrong value or repetition of SIZE (ref *)
C: MAIL FROM:<> SIZE=ten
R: 501 5.5.4 *SIZE*
C: MAIL FROM:<> BODY=9BIT
R: 501 5.5.4 *BODY*
C: MAIL FROM:<> RET=ALL
R: 501 5.5.4 *RET*
C: MAIL FROM:<> ENVID=a+zz
R: 501 5.5.4 *ENVID*
C: MAIL FROM:<> SMTPUTF8=yes
R: 501 5.5.4 *SMTPUTF8*
C: MAIL FROM:<> RET=FULL RET=FULL
R: 501 5.5.4 *RET*

== parameters that nobody announced
USE hello
C: MAIL FROM:<> FUTURE=1
R: 555 5.5.4 Parameter FUTURE is not supported (ref *)
C: MAIL FROM:<> REQUIRETLS
R: 555 5.5.4 *
C: MAIL FROM:<> NOTIFY=NEVER
R: 555 5.5.4 *

== a size that is too large is refused before it comes
USE hello
C: MAIL FROM:<bob@example.com> SIZE=52428801
R: 552 5.3.4 Message is larger than 52428800 bytes (ref *)
C: MAIL FROM:<bob@example.com> SIZE=52428800
R: 250 *

== UTF-8 addresses want SMTPUTF8
USE hello
C: MAIL FROM:<\xe9\xb3\xa9@example.jp>
R: 553 5.6.7 Address beyond ASCII needs SMTPUTF8 (ref *)
C: MAIL FROM:<bob@b\xc3\xbccher.example>
R: 553 5.6.7 *
C: MAIL FROM:<\xe9\xb3\xa9@example.jp> SMTPUTF8
R: 250 *
C: RCPT TO:<nobody\xe9\xb3\xa9@hato.test>
R: 550 5.1.1 <nobody\xe9\xb3\xa9@hato.test>: no such mailbox here (ref *)
C: RSET
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *
C: RCPT TO:<\xe9\xb3\xa9@hato.test>
R: 553 5.6.7 *
