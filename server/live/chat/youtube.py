"""YouTube's live chat, asked again and again (`liveChatMessages.list` of the Live Streaming API).

An API key can only read: `say` needs an OAuth login, which this does not have.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx

from server.live.chat.room import MAX_NAME, MAX_TEXT, ChatMessage, RoomClosed, one_line, pauses_s

YOUTUBE_URL = "https://www.googleapis.com/youtube/v3"
LEAST_POLL_S = 1.0
"""Whatever YouTube allows: each question costs 5 units of the key's quota."""
LONGEST_PAUSE_S = 120.0
PATIENCE_S = 20.0
PAGE = 2000
"""Messages in one answer, the most there are."""

AGAIN = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "backendError", "internalError"})
"""Reasons of errors that pass; 5xx do, too."""
MEANING = {
    "quotaExceeded": "its key's quota is used up until midnight, Pacific time",
    "dailyLimitExceeded": "its key's quota is used up until midnight, Pacific time",
    "liveChatEnded": "the stream is over",
    "liveChatDisabled": "the chat is switched off",
    "liveChatNotFound": "there is no chat of this id",
    "forbidden": "the key may not read this chat",
}

log = logging.getLogger(__name__)


class YouTubeRoom:
    """One live chat. See `ChatRoom`."""

    can_say = False

    def __init__(
        self,
        chat_id: str,
        key: str,
        url: str = YOUTUBE_URL,
        *,
        least_poll_s: float = LEAST_POLL_S,
    ) -> None:
        """`chat_id` is the broadcast's `liveChatId`."""
        self._chat_id = chat_id
        self._key = key
        self._url = url
        self._least_poll_s = least_poll_s

    async def messages(self) -> AsyncIterator[ChatMessage]:
        """See `ChatRoom`. The first answer is the chat's past and is left out."""
        token = ""
        pauses = pauses_s(self._least_poll_s, LONGEST_PAUSE_S)
        # In a header, not in the address, which logs would write.
        headers = {"X-Goog-Api-Key": self._key}
        async with httpx.AsyncClient(
            headers=headers, timeout=PATIENCE_S, trust_env=False
        ) as client:
            while True:
                page = await self._page(client, token)
                if page is None:
                    await asyncio.sleep(next(pauses))
                    continue
                pauses = pauses_s(self._least_poll_s, LONGEST_PAUSE_S)
                if token:
                    for message in filter(None, map(_message, page.get("items", []))):
                        yield message
                if page.get("offlineAt"):
                    raise RoomClosed(f"youtube: {MEANING['liveChatEnded']}")
                token = page.get("nextPageToken") or token
                await asyncio.sleep(
                    max(self._least_poll_s, page.get("pollingIntervalMillis", 0) / 1000)
                )

    async def say(self, text: str) -> None:
        """See `ChatRoom`: lost."""

    async def _page(self, client: httpx.AsyncClient, token: str) -> dict[str, Any] | None:
        """The next messages; None: ask again later.

        Raises:
            RoomClosed: there will be none.
        """
        query: dict[str, str | int] = {
            "liveChatId": self._chat_id,
            "part": "snippet,authorDetails",
            "maxResults": PAGE,
        }
        if token:
            query["pageToken"] = token
        try:
            answer = await client.get(f"{self._url}/liveChat/messages", params=query)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            log.info("youtube: asking again after %s", type(error).__name__)
            return None
        if answer.status_code == 200 and isinstance(body, dict):
            return body
        reason = _reason(body)
        if answer.status_code >= 500 or answer.status_code == 429 or reason in AGAIN:
            log.info("youtube: asking again after %s %s", answer.status_code, reason)
            return None
        raise RoomClosed(f"youtube: {MEANING.get(reason, f'{answer.status_code} {reason}')}")


def _reason(body: object) -> str:
    """Google's word for an error; '': none."""
    try:
        return one_line(str(body["error"]["errors"][0]["reason"]), MAX_NAME)  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return ""


def _message(item: dict[str, Any]) -> ChatMessage | None:
    """A viewer's text; None: something else, as a gift."""
    snippet, author = item.get("snippet", {}), item.get("authorDetails", {})
    if snippet.get("type") != "textMessageEvent" or not author.get("channelId"):
        return None
    text = snippet.get("textMessageDetails", {}).get("messageText", "")
    return ChatMessage(
        viewer=f"youtube:{author['channelId']}",
        name=one_line(author.get("displayName", ""), MAX_NAME) or "?",
        text=one_line(text, MAX_TEXT),
        host=bool(author.get("isChatOwner") or author.get("isChatModerator")),
    )
