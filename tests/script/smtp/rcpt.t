# RCPT: who is here, who is not, and where it may lead.
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- mail
CONNECT smtp
R: 220 *
C: EHLO client.example
R: 250 *
C: MAIL FROM:<bob@example.com>
R: 250 *

== the ways to a mailbox
USE mail
C: RCPT TO:<taro@hato.test>
R: 250 2.1.5 Ok
C: RCPT TO:<TARO@HATO.TEST>
R: 250 2.1.5 Ok
C: RCPT TO:<taro+news@hato.test>
R: 250 2.1.5 Ok
C: RCPT TO:<sales@hato.test>
R: 250 2.1.5 Ok
C: RCPT TO:<away@hato.test>
R: 250 2.1.5 Ok
C: RCPT TO: taro@hato.test
R: 250 2.1.5 Ok
C: RCPT TO:<"taro"@hato.test>
R: 250 2.1.5 Ok
C: RCPT TO:<@relay.example:taro@hato.test>
R: 250 2.1.5 Ok
C: RCPT TO:<Postmaster>
R: 250 2.1.5 Ok
C: RCPT TO:<postmaster@hato.test>
R: 250 2.1.5 Ok

== nobody of that name
USE mail
C: RCPT TO:<nobody@hato.test>
R: ~550 5\.1\.1 <nobody@hato\.test>: no such mailbox here \(ref (?P<ref>\w{10})\)
C: RCPT TO:<taro.@hato.test>
R: 550 5.1.1 *
C: QUIT
R: 221 *
CLOSED
$ story ${ref}
O: ...
O: *There is no mailbox nobody@hato.test here*
$ --lang ja story ${ref}
O: ...
O: *nobody@hato.test というメールボックスはありません*

== an account that is shut
USE mail
C: RCPT TO:<shut@hato.test>
R: 550 5.2.1 *(ref *)

== no relay for strangers, however it is written
USE mail
C: RCPT TO:<alice@example.com>
R: 550 5.7.1 <alice@example.com>: relay access denied; log in first (ref *)
C: RCPT TO:<@hato.test:alice@example.com>
R: 550 5.7.1 *
C: RCPT TO:<alice@[192.0.2.1]>
R: 550 5.7.1 *
C: RCPT TO:<"alice@example.com"@sub.hato.test>
R: 550 5.7.1 *
C: RCPT TO:<alice%example.com@hato.test>
R: 550 5.1.1 *
C: RCPT TO:<example.com!alice@hato.test>
R: 550 5.1.1 *
C: RCPT TO:<"alice@example.com"@hato.test>
R: 550 5.1.1 *
C: RCPT TO:<taro@hato.test@example.com>
R: 501 5.1.3 *
C: RCPT TO:<a..b.@docomo.ne.jp>
R: 550 5.7.1 *

== addresses that are none
USE mail
C: RCPT
R: 501 5.5.4 *
C: RCPT TO:<>
R: 501 5.1.3 Bad address syntax (ref *)
C: RCPT TO:<taro>
R: 501 5.1.3 *
C: RCPT TO:<taro@>
R: 501 5.1.3 *
C: RCPT TO:<ta ro@hato.test>
R: 501 5.1.3 *
C: RCPT TO:<taro@hato..test>
R: 501 5.1.3 *
C: RCPT FROM:<taro@hato.test>
R: 501 5.5.4 *

== parameters of delivery status
USE mail
C: RCPT TO:<taro@hato.test> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;taro+40hato.test
R: 250 *
C: RCPT TO:<taro@hato.test> notify=never
R: 250 *
C: RCPT TO:<taro@hato.test> NOTIFY=NEVER,FAILURE
R: 501 5.5.4 Wrong value or repetition of NOTIFY (ref *)
C: RCPT TO:<taro@hato.test> NOTIFY=SOMETIMES
R: 501 5.5.4 *
C: RCPT TO:<taro@hato.test> ORCPT=taro@hato.test
R: 501 5.5.4 *ORCPT*
C: RCPT TO:<taro@hato.test> ORCPT=rfc822;a=b
R: 501 5.5.4 *
C: RCPT TO:<taro@hato.test> SIZE=10
R: 555 5.5.4 *

== a thousand recipients and one
USE mail
C: ${repeat 1001 RCPT TO:<taro@hato.test>\r\n}\
S: ...
NOT: 5*
S: 452 4.5.3 Too many recipients, 1000 at once (ref *)
C: DATA
R: 354 *
C: Subject: many\r\n\r\n.
R: 250 *
