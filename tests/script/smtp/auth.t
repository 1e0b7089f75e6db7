# AUTH on the submission ports (RFC 4954, 6409).
account taro@hato.test secret --plain-secret yes
account hanako@hato.test secret
account shut@hato.test secret --disabled yes
$ alias add sales@hato.test taro@hato.test hanako@hato.test
$ alias add away@hato.test alice@example.com
$ alias add postmaster@hato.test taro@hato.test

-- submission
CONNECT submission
R: 220 *
C: EHLO client.example
R: 250 *
C: STARTTLS
R: 220 2.0.0 *
TLS
C: EHLO client.example
R: 250 *

-- submissions
CONNECT submissions
R: 220 mx.hato.test ESMTP Hato
C: EHLO client.example
R: 250 *

== without TLS no password is asked for
CONNECT submission
R: 220 *
C: EHLO client.example
S: ...
NOT: *PLAIN*
S: 250 LIMITS *
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
R: 538 5.7.11 Encryption required for authentication (ref *)
C: AUTH LOGIN
R: 538 5.7.11 *

== with TLS every mechanism is offered, and no STARTTLS
USE submission
C: EHLO client.example
S: ...
NOT: *STARTTLS*
S: ~250-AUTH (?=.*\bPLAIN\b)(?=.*\bLOGIN\b)(?=.*\bSCRAM-SHA-256\b)(?=.*\bSCRAM-SHA-256-PLUS\b)(?=.*\bSCRAM-SHA-1\b)(?=.*\bCRAM-MD5\b).*
S: ...
S: 250 LIMITS *

== PLAIN with and without initial response
USE submissions
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
R: 235 2.7.0 *
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
R: 503 5.5.1 AUTH is done already (ref *)
C: QUIT
R: 221 *
CLOSED
CONNECT submissions
R: 220 *
C: EHLO client.example
R: 250 *
C: AUTH plain
S: 334 
C: ${b64 taro@hato.test\0taro@hato.test\0secret}
R: 235 2.7.0 *
C: EHLO client.example
S: ...
NOT: *AUTH*
S: 250 LIMITS *

== LOGIN
USE submissions
C: AUTH LOGIN
S: 334 ${b64 Username:}
C: ${b64 taro@hato.test}
S: 334 ${b64 Password:}
C: ${b64 secret}
R: 235 2.7.0 *

== LOGIN with the name at once
USE submissions
C: AUTH LOGIN ${b64 taro@hato.test}
S: 334 ${b64 Password:}
C: ${b64 secret}
R: 235 2.7.0 *

== CRAM-MD5 for who opted in
USE submissions
C: AUTH CRAM-MD5
S: ~334 (?P<challenge>\S+)
C: ${cram taro@hato.test secret ${challenge}}
R: 235 2.7.0 *

== CRAM-MD5 not for others
USE submissions
C: AUTH CRAM-MD5
S: ~334 (?P<challenge>\S+)
C: ${cram hanako@hato.test secret ${challenge}}
R: 535 5.7.8 *

== SCRAM-SHA-256
USE submissions
C: AUTH SCRAM-SHA-256 ${b64 n,,n=taro@hato.test,r=abcdef}
S: ~334 (?P<first>\S+)
C: ${scram sha256 taro@hato.test secret abcdef ${first}}
S: ~334 \S+
C: 
R: 235 2.7.0 *

== SCRAM-SHA-1 without initial response
USE submissions
C: AUTH SCRAM-SHA-1
S: 334 
C: ${b64 n,,n=taro@hato.test,r=abcdef}
S: ~334 (?P<first>\S+)
C: ${scram sha1 taro@hato.test secret abcdef ${first}}
S: ~334 \S+
C: 
R: 235 2.7.0 *

== a wrong password, a wrong proof, a wrong name: all the same
USE submissions
C: AUTH PLAIN ${b64 \0taro@hato.test\0wrong}
R: ~535 5\.7\.8 Authentication failed \(ref (?P<ref>\w+)\)
C: AUTH PLAIN ${b64 \0nobody@hato.test\0secret}
R: 535 5.7.8 Authentication failed (ref *)
C: AUTH SCRAM-SHA-256 ${b64 n,,n=taro@hato.test,r=abcdef}
S: ~334 (?P<first>\S+)
C: ${scram sha256 taro@hato.test wrong abcdef ${first}}
R: 535 5.7.8 Authentication failed (ref *)
C: QUIT
R: 221 *
CLOSED
$ story ${ref}
O: ...
O: *taro@hato.test by PLAIN*User name or password is wrong*

== what is no answer
USE submissions
C: AUTH
R: 501 5.5.4 *
C: AUTH NTLM
R: 504 5.5.4 Authentication mechanism not supported (ref *)
C: AUTH PLAIN not-base64!
R: 501 5.5.2 Cannot decode the authentication data (ref *)
C: AUTH PLAIN =
R: 501 5.5.2 *
C: AUTH PLAIN ${b64 nothing}
R: 501 5.5.2 *
C: AUTH LOGIN
S: 334 *
C: *
R: 501 5.7.0 Authentication cancelled (ref *)
C: AUTH LOGIN
S: 334 *
C: ???
R: 501 5.5.2 *
C: AUTH PLAIN
S: 334 
C: ${repeat 13000 A}
R: 500 5.5.6 *

== the answer is not sent before the question
USE submissions
C: AUTH LOGIN\r\n${b64 taro@hato.test}
R: 554 5.5.0 You must wait for my answer to AUTH; closing (ref *)
CLOSED

== who goes away in the middle is forgotten
USE submissions
C: AUTH LOGIN
S: 334 *
CLOSE

== not within a transaction
USE submissions
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
R: 235 *
C: MAIL FROM:<taro@hato.test>
R: 250 *
C: AUTH PLAIN ${b64 \0taro@hato.test\0secret}
R: 503 5.5.1 *
