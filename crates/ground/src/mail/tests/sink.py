"""A mail server for the tests: takes every letter, and prints it as a line of JSON. Ends when its input does.

sink.py none|starttls|tls [CERTIFICATE KEY]: prints its port first. Only "meres" with "sesame" is let in, except without
TLS. Nobody has a letter box at gone@; that of full@ is full for now.
"""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Box:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return f"550 5.1.1 <{address}> is not here"
        if address.startswith("full@"):
            return f"452 4.2.2 <{address}> has no room"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "as": session.auth_data}
        letter["tls"] = session.ssl is not None or mode == "tls"
        letter["data"] = envelope.content.decode("utf-8")
        print(json.dumps(letter), flush=True)
        return "250 OK"


def let_in(server, session, envelope, mechanism, data):
    known = (data.login, data.password) == (b"meres", b"sesame")
    return AuthResult(success=known, handled=False, auth_data="meres" if known else None)


def conversation():
    return SMTP(
        Box(),
        hostname="sink.test",
        tls_context=context if mode == "starttls" else None,
        require_starttls=mode == "starttls",
        authenticator=let_in,
        auth_required=mode != "none",
        auth_require_tls=mode == "starttls",
    )


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


mode = sys.argv[1]
context = None
if mode != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
asyncio.run(main())
