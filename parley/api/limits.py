"""Limits of the API, each with its unit. Whoever meets one gets a problem that names it."""

from __future__ import annotations

PAGE_ITEMS = 50  # items of a page unless asked otherwise
PAGE_ITEMS_MAX = 200
TOTAL_COUNTED = 10_000  # a list says so many at most: counting more costs more than it tells
JSON_BODY_BYTES = 512 * 1024
UPLOAD_BYTES = 20 * 1024 * 1024  # one attachment
UPLOAD_OVERHEAD_BYTES = 16 * 1024  # multipart boundaries and headers around it

MESSAGE_CHARS = 8_000
NOTE_CHARS = 4_000
NAME_CHARS = 120
SUBJECT_CHARS = 200
DESCRIPTION_CHARS = 20_000
QUERY_CHARS = 200
ID_CHARS = 64
URL_CHARS = 2_000
MENTIONS = 20
ATTACHMENTS = 10
LIST_ITEMS = 200  # entries of any list inside a document
FIELDS = 100  # free fields of a customer or ticket

PASSWORD_CHARS_MIN = 10
PASSWORD_CHARS_MAX = 128  # argon2 reads all of it: a longer one only costs

SESSION_S = 12 * 3600.0
SESSION_CACHE_S = 5.0  # how long another node's sign-out may go unnoticed
SESSION_CACHE_ITEMS = 10_000

SIGN_INS_PER_ADDRESS = 30  # that fail, per minute and IP address
SIGN_INS_PER_ACCOUNT = 10  # that fail, per minute and e-mail
UPLOADS_PER_ACCOUNT = 60  # per minute
WRITES_PER_ACCOUNT = 600  # unsafe requests per minute
CALLBACK_WITHIN_S = 30 * 24 * 3600.0  # how far ahead a callback may be booked (X8)
DIALS_PER_ACCOUNT = 30  # calls begun per minute
PHONES_PER_ACCOUNT = 30  # credentials of a softphone per minute
PROMPT_BYTES = 10 * 1024 * 1024  # one uploaded prompt
HASHERS = 2  # argon2 computations at once; each takes 64 MiB

SEARCH_ITEMS = 8  # of each kind in the global search
NOTICES = 100  # newest notices shown
TIMELINE_ITEMS = 30

SOCKET_FRAME_BYTES = 4 * 1024  # what a console sends: hints only
SOCKET_HINTS_PER_S = 20
SOCKETS_PER_ACCOUNT = 12
PHONE_FRAME_BYTES = 64 * 1024  # one SIP message with its ICE candidates
PHONE_LINES_PER_ACCOUNT = 4
BEAT_S = 10.0
BEATS_MISSED = 3  # then the socket is closed
