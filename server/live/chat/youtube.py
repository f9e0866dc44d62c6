"""YouTube's live chat, asked again and again (`liveChatMessages.list` of the Live Streaming API).

An API key can only read: `say` needs an OAuth login, which this does not have.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator

import httpx
from pydantic import BaseModel, Field, ValidationError

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


class _Told(BaseModel):
    """Of Google's words, those that we need."""


class _Details(_Told):
    text: str = Field(default="", alias="messageText")


class _Snippet(_Told):
    type: str = ""
    details: _Details = Field(default=_Details(), alias="textMessageDetails")


class _Author(_Told):
    channel_id: str = Field(default="", alias="channelId")
    display_name: str = Field(default="", alias="displayName")
    is_owner: bool = Field(default=False, alias="isChatOwner")
    is_moderator: bool = Field(default=False, alias="isChatModerator")


class _Item(_Told):
    snippet: _Snippet = _Snippet()
    author: _Author = Field(default=_Author(), alias="authorDetails")


class _Page(_Told):
    items: list[_Item] = []
    next_token: str = Field(default="", alias="nextPageToken")
    poll_ms: float = Field(default=0, alias="pollingIntervalMillis")
    offline_at: str = Field(default="", alias="offlineAt")


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

    async def messages(self) -> AsyncGenerator[ChatMessage, None]:
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
                    for message in filter(None, map(_message, page.items)):
                        yield message
                if page.offline_at:
                    raise RoomClosed(f"youtube: {MEANING['liveChatEnded']}")
                token = page.next_token or token
                await asyncio.sleep(self._pause_s(page))

    async def say(self, text: str) -> None:
        """See `ChatRoom`: lost."""

    def _pause_s(self, page: _Page) -> float:
        return min(max(self._least_poll_s, page.poll_ms / 1000), LONGEST_PAUSE_S)

    async def _page(self, client: httpx.AsyncClient, token: str) -> _Page | None:
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
            if answer.status_code == 200:
                return _Page.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            log.info("youtube: asking again after %s", type(error).__name__)
            return None
        reason = _reason(answer)
        if answer.status_code >= 500 or answer.status_code == 429 or reason in AGAIN:
            log.info("youtube: asking again after %s %s", answer.status_code, reason)
            return None
        raise RoomClosed(f"youtube: {MEANING.get(reason, f'{answer.status_code} {reason}')}")


def _reason(answer: httpx.Response) -> str:
    """Google's word for an error; '': none."""
    try:
        return one_line(str(answer.json()["error"]["errors"][0]["reason"]), MAX_NAME)
    except (ValueError, KeyError, IndexError, TypeError):
        return ""


def _message(item: _Item) -> ChatMessage | None:
    """A viewer's text; None: something else, as a gift."""
    snippet, author = item.snippet, item.author
    if snippet.type != "textMessageEvent" or not author.channel_id:
        return None
    return ChatMessage(
        viewer=f"youtube:{author.channel_id}",
        name=one_line(author.display_name, MAX_NAME) or "?",
        text=one_line(snippet.details.text, MAX_TEXT),
        host=author.is_owner or author.is_moderator,
    )
