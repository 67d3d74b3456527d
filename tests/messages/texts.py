"""Texts as people, and people with bad intentions, type them."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = (
    "<!channel>",
    "<!here|now>",
    "<@U0123456789>",
    "<#C0123456789|general>",
    "<https://evil.example|click>",
    "[x](https://evil.example)",
    "https://evil.example",
    "&lt;!channel&gt;",
    "&amp;",
    "{{7*7}}",
    "{% raw %}",
    "%(name)s %s %",
    "{0} {name}",
    "*bold* _italic_ ~struck~ `code` ```fence```",
    "*",
    "`",
    "~",
    "> quoted",
    "שלום עולם",
    "مرحبا 123",
    "\u202egnp.exe",
    "\u2066isolated",
    "zero\u200bwidth",
    "👩‍👩‍👧‍👦 family, 👍🏽, 🇩🇪🇫🇷, e\u0301",
    "a\nb\r\nc\u2028d",
    "\x00\x07\x1b[31m",
    "\ud800",
    "x" * 3_000,
    "&" * 3_000,
    "👩‍👩‍👧‍👦" * 400,
    "שלום " * 600,
    " \u200b\u2800 ",
)
"""One of each trick, and the lengths that break limits once escaped."""

user_texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.lists(st.sampled_from(NASTY), max_size=4).map(" ".join),
    st.text(alphabet="<>&*_~`|!@#^ ab\n\u202e\u05d0", max_size=40),
)
"""Arbitrary unicode (lone surrogates included), mixed with tricks."""

visible_texts = user_texts.filter(lambda text: any(char.isalnum() for char in text))
