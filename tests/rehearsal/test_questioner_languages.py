"""The rehearsal partner in languages it does not know: generic moves, and a plain notice."""

import pytest

from hq_tui.inquiry.intent import Intent, intent
from hq_tui.inquiry.language import count_questions, is_verbatim, quotes

from .test_questioner import held

TALKS = {
    "German": (
        "Wir müssen das Büro schließen, weil alle von zu Hause besser arbeiten.",
        "Besser heißt mehr erledigte Aufgaben.",
        "Keine Ahnung.",
        "Die Auszubildenden wären dagegen.",
    ),
    "Spanish": (
        "Hay que subir los precios porque los clientes siempre pagan por la calidad.",
        "Calidad es que no haya devoluciones.",
        "no sé",
        "¿Y eso qué importa?",
    ),
    "Arabic": (
        "يجب أن نغلق المتجر لأن الزبائن يشترون دائما من الإنترنت.",
        "أخي لا يوافق.",
        "لا أعرف",
        "هل هذا مهم؟",
    ),
    "Hebrew": (
        "אנחנו חייבים לסגור את החנות כי כולם קונים באינטרנט.",
        "אחי לא מסכים.",
        "אני לא יודע",
        "אין לי מספרים.",
    ),
    "Chinese": (
        "我们应该取消所有会议，因为会议总是浪费时间。",
        "浪费时间是指没有决定。",
        "不知道",
        "这重要吗？",
    ),
    "Hindi": (
        "हमें दुकान बंद कर देनी चाहिए क्योंकि सब लोग इंटरनेट से खरीदते हैं।",
        "मेरा भाई सहमत नहीं है।",
        "मुझे नहीं पता",
        "क्या यह ज़रूरी है?",
    ),
    "Hungarian": (
        "Minden értekezletet el kell törölni, mert soha nem döntünk semmiről.",
        "Az új kolléga ellenezné.",
        "Nem tudom.",
        "Akkor levélben vitatkoznánk.",
    ),
}
NOTICE = "only know English"
every_language = pytest.mark.parametrize("texts", TALKS.values(), ids=TALKS.keys())


@every_language
def test_it_says_once_that_it_does_not_know_the_language(texts: tuple[str, ...]) -> None:
    assert [NOTICE in reply for reply in held(texts)[1]] == [True, False, False, False]


def test_in_english_it_does_not_say_so() -> None:
    assert not any(NOTICE in reply for reply in held(("The lift is slow.", "idk"))[1])


@every_language
def test_it_asks_one_question_at_a_time_about_verbatim_words(texts: tuple[str, ...]) -> None:
    replies = held(texts)[1]
    said = "\n".join(texts)
    assert [count_questions(reply) for reply in replies] == [1] * len(replies)
    assert all(quotes(reply) for reply in replies)
    assert all(is_verbatim(quote, said) for reply in replies for quote in quotes(reply))


@every_language
def test_not_knowing_is_understood_in_many_languages(texts: tuple[str, ...]) -> None:
    assert intent(texts[2]) is Intent.STUCK
    assert texts[2].strip(".") not in held(texts[:3])[1][-1]


@every_language
def test_just_tell_me_is_honoured_whatever_the_language(texts: tuple[str, ...]) -> None:
    assert count_questions(held((*texts, "just tell me"))[1][-1]) == 0
