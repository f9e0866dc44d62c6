"""Lines as Twitch's documentation shows them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.live.chat.irc import Line, read_lines


def test_a_message_with_tags() -> None:
    (line,) = read_lines(
        "@badge-info=;badges=turbo/1;color=#0D4200;display-name=ronni;emotes=25:0-4,12-16;mod=0;"
        "user-id=1337;system-msg=a\\sb\\:c\\\\d\\nx\\q;empty;user-type=global_mod "
        ":ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :Kappa : Keepo Kappa\r\n"
    )
    assert (line.command, line.nick) == ("PRIVMSG", "ronni")
    assert line.parameters == ("#ronni", "Kappa : Keepo Kappa")
    assert line.last == "Kappa : Keepo Kappa"
    assert line.tags["user-id"] == "1337"
    assert line.tags["emotes"] == "25:0-4,12-16"
    assert line.tags["system-msg"] == "a b;c\\d\nxq"
    assert line.tags["empty"] == line.tags["badge-info"] == ""


def test_what_the_server_says() -> None:
    lines = read_lines(
        ":tmi.twitch.tv 001 ana :Welcome, GLHF!\r\nPING :tmi.twitch.tv\r\n"
        ":tmi.twitch.tv RECONNECT\r\n\r\n:tmi.twitch.tv NOTICE * :Login authentication failed\r\n"
        ":ana!ana@ana.tmi.twitch.tv JOIN #room\r\n"
    )
    assert [line.command for line in lines] == ["001", "PING", "RECONNECT", "NOTICE", "JOIN"]
    assert lines[0] == Line("001", ("ana", "Welcome, GLHF!"), "tmi.twitch.tv")
    assert lines[1].last == "tmi.twitch.tv"
    assert lines[2].parameters == ()
    assert lines[3].parameters == ("*", "Login authentication failed")
    assert (lines[4].nick, lines[4].last) == ("ana", "#room")


def test_a_text_may_begin_with_a_colon_or_be_empty() -> None:
    assert read_lines(":a PRIVMSG #r ::)")[0].last == ":)"
    assert read_lines(":a PRIVMSG #r :")[0].parameters == ("#r", "")


@given(st.text(max_size=60))
def test_rubbish_is_left_out(text: str) -> None:
    for line in read_lines(text):
        assert line.command.isalnum()
