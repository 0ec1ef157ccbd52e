# ruff: noqa: RUF001  # dashes and letters of several alphabets are what these texts are for
"""The words of an invented organisation: Lindvig, a small harbour town, and the films it makes.

Town, people, clubs and boats exist nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.model import Kind

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "sted": (
        "Nordre Kaj",
        "Fiskerihavnen",
        "Rådhushaven",
        "Østerstrand",
        "Møllebroen",
        "Gågaden",
        "Tårnpladsen",
        "Sønderskoven",
        "Værftet",
        "Lystbådehavnen",
        "Kulturhuset",
        "Åparken",
        "Fyret på Højrevet",
    ),
    "place": (
        "the north quay",
        "the old shipyard",
        "the fish market",
        "the lighthouse",
        "Mill Bridge",
        "the town hall",
        "the marina",
        "East Beach",
        "the dry dock",
        "the river park",
        "the tower square",
        "the slipway",
    ),
    "ort": (
        "am Nordkai",
        "in der alten Werft",
        "auf dem Fischmarkt",
        "am Leuchtturm",
        "an der Mühlenbrücke",
        "im Flusspark",
        "am Oststrand",
    ),
    "person": (
        "Astrid Møllegaard",
        "Jørn Åkjær",
        "Sofie Blæsild",
        "Karim El-Sayed",
        "Olena Kravets",
        "Mads Østergren",
        "Ingrid Sølvberg",
        "Thomas Quist",
        "Amina Warsame",
        "Bjørn Ravnholt",
        "Grete Lyngsø",
        "Peter Håndrup",
    ),
    "job": (
        "harbour pilot",
        "librarian",
        "net maker",
        "school nurse",
        "bridge keeper",
        "museum conservator",
        "ferry captain",
        "head gardener",
        "crane operator",
        "choir master",
    ),
    "fag": (
        "lods",
        "bibliotekar",
        "vodbinder",
        "brovagt",
        "konservator",
        "færgefører",
        "stadsgartner",
        "kranfører",
        "klokker",
        "havnefoged",
    ),
    "opgave": (
        "bestille tid i Borgerservice",
        "sortere plast og pap",
        "søge om byggetilladelse",
        "låne e-bøger",
        "melde flytning",
        "leje en fadølsanhænger",
        "finde dit valgsted",
        "anmelde et hul i vejen",
    ),
    "task": (
        "book a berth",
        "renew your library card",
        "sort your recycling",
        "register a move",
        "read your water meter",
        "hire the community hall",
        "report a pothole",
        "apply for a parking permit",
        "tie a bowline",
    ),
    "emne": (
        "vikingeskibet i mudderet",
        "hvalen fra 1911",
        "søfartens kvinder",
        "værftets sidste skib",
        "isvinteren 1963",
        "fiskerkonernes sange",
        "kortet der løj",
        "glasperlerne fra Østerstrand",
    ),
    "topic": (
        "a wreck with no name",
        "the whale of 1911",
        "women at sea",
        "the last ship of the yard",
        "ice winters",
        "eight kinds of knots",
        "maps that lied",
        "what amber remembers",
        "the telegraph under the sea",
    ),
    "boat": ("Havørnen", "Marie II", "Lodsbåd 4", "Færgen Ællingen", "M/S Thyra", "Sct. Nicolai"),
    "hold": ("Lindvig IF", "Østerby BK", "Søndervig Håndbold", "Åby Rosport", "Tårnby Sejl", "HC Fjorden"),
    "stykke": (
        "Carl Nielsen for begyndere",
        "Brahms i brisen",
        "Sange fra søen",
        "Filmmusik",
        "Blæs og bølger",
        "Julens melodier",
        "Jazz på kajen",
    ),
    "arter": ("ålegræs", "spættet sæl", "strandkål", "havørn", "blåmusling", "marsvin", "kystfyr"),
    "species": ("eelgrass", "harbour seals", "sea kale", "white-tailed eagles", "blue mussels", "porpoises"),
    "thema": (
        "Wohnung finden",
        "Arzt und Krankenkasse",
        "Kindergarten und Schule",
        "Fahrrad und Bus",
        "Vereine",
    ),
    "maaned": (
        "januar",
        "februar",
        "marts",
        "april",
        "maj",
        "juni",
        "august",
        "september",
        "oktober",
        "november",
    ),
    "season": ("spring", "summer", "autumn", "winter", "fog", "first snow", "a north-westerly gale"),
    "uk": ("житло", "лікар", "школа", "робота", "мовні курси", "транспорт"),
    "ar": ("السكن", "الطبيب", "المدرسة", "العمل", "دروس اللغة"),
    "ja": ("夜の港", "灯台の一日", "朝市", "造船所の記憶", "海辺の図書館"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A series of films: an album, and what its films are like."""

    album: str
    about: str
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    tags: tuple[str, ...]
    weight: int
    minutes: tuple[float, float] = (1.0, 8.0)
    kind: Kind = "video"
    shape: tuple[int, int] = (1920, 1080)
    is_hidden: bool = False
    locales: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    author: int = 0
    """Index in the list of authors."""
    variables: dict[str, str] = field(default_factory=dict)


AUTHORS: Final = (
    ("videodesk", "Video Desk"),
    ("museet", "Lindvig Museum"),
    ("biblioteket", "Lindvig Bibliotek"),
    ("ingrid", "Ingrid Sølvberg"),
)

PROGRAMMES: Final = (
    Programme(
        album="Harbour films",
        about="Short films from the water and the quays.",
        weight=14,
        minutes=(1.0, 9.0),
        titles=(
            "Sunrise over {place}",
            "{place} in {season}",
            "A day with {person}, {job}",
            "Aboard {boat}: {season}",
            "Behind the scenes at {place}",
            "Five minutes with {person}",
        ),
        descriptions=(
            "A slow morning at <b>{place}</b>, filmed from the pilot boat.",
            "<p>{person} has worked as {job} for thirty years.</p><p>We came along for a day.</p>",
            "Filmed in {season}. No script, no hurry &amp; no drone.",
            "",
        ),
        tags=("harbour", "pilot boat", "sunrise", "work", "time-lapse", "portrait"),
        locales=("en_US", "da_DK"),
        chapters=("Leaving the basin", "Fog bank", "Light on the crane row", "Home again"),
    ),
    Programme(
        album="Lindvig lige nu",
        about="<p>Byens egne historier, <i>fortalt af dem der bor her</i>.</p>",
        weight=14,
        titles=(
            "Rundvisning: {sted}",
            "Mød {person}, {fag}",
            "Åbent hus på {sted}",
            "Derfor bygger vi om på {sted}",
            "Sommer på {sted} {year}",
            "Blå fredag på {sted}",
            "Med {boat} til {sted}",
        ),
        descriptions=(
            "<p>Vi har besøgt <b>{person}</b>, som er {fag} i Lindvig.</p>",
            "Kom indenfor på {sted}.",
            "<p>Arbejdet på {sted} begynder i {maaned}. Se hvordan det bliver:</p><ul><li>bredere stier</li>"
            '<li>flere træer</li></ul><p>Læs <a href="https://www.example.org/plan?x=1&amp;y=2">planen</a>.'
            "</p>",
            "",
        ),
        tags=("byen", "byggeri", "åbent hus", "portræt", "kultur", "sommer i byen"),
        locales=("da_DK",),
        chapters=("Velkommen", "Rundt om hjørnet", "Det siger naboerne", "Tak for nu"),
        minutes=(1.5, 6.0),
    ),
    Programme(
        album="Byrådet",
        about="Møder i byrådet, optaget fra salen.",
        weight=7,
        minutes=(55.0, 190.0),
        titles=(
            "Byrådsmøde i {maaned} {year}",
            "Ekstraordinært byrådsmøde, {maaned} {year}",
            "Budgetmøde {year}, {n}. behandling",
            "Borgermøde om {sted} ({year})",
        ),
        descriptions=(
            "<p>Dagsorden:</p><ol><li>Godkendelse af referat</li><li>Budget</li><li>{sted}</li></ol>",
            "Mødet er tolket til tegnsprog.",
        ),
        tags=("byråd", "politik", "møde", "tegnsprog"),
        locales=("da_DK",),
        chapters=("Mødet åbnes", "Spørgetid", "Budget og regnskab", "Sager fra udvalgene", "Eventuelt"),
        variables={"case_number": "2023-0114", "department": "Byrådssekretariatet"},
    ),
    Programme(
        album="How-to guides",
        about="Short instructions, <i>always</i> under six minutes.",
        weight=9,
        titles=("How to {task}", "How to {task}, step by step", "{task} in four steps"),
        minutes=(0.8, 5.8),
        descriptions=(
            "Everything you need to {task}.",
            "<p>Takes <b>three minutes</b>. Have your card ready.</p>",
            "",
        ),
        tags=("how-to", "self service", "citizens"),
        locales=("en_US", "da_DK", "de_DE"),
        chapters=("What you need", "Step by step", "If something goes wrong"),
    ),
    Programme(
        album="Sådan gør du",
        about="Korte vejledninger fra Borgerservice.",
        weight=8,
        minutes=(0.7, 4.0),
        titles=("Sådan kan du {opgave}", "Nemt og hurtigt: {opgave}", "Få hjælp til at {opgave}"),
        descriptions=("Se hvordan du kan {opgave}.", "<p>Ring 12 34 56 78, hvis du går i stå.</p>", ""),
        tags=("borgerservice", "vejledning", "selvbetjening"),
        locales=("da_DK", "en_US", "ar_SA", "uk_UA"),
    ),
    Programme(
        album="Museum talks",
        about="Tuesday talks from the maritime museum.",
        weight=8,
        minutes=(18.0, 62.0),
        author=1,
        titles=(
            "Museum talk: {topic}",
            "{topic}: a lecture by {person}",
            "Onsdag på museet: {emne}",
            "Historien om {emne}",
        ),
        descriptions=(
            "<p>{person} tells the story of {topic}.</p>",
            "Optaget i museets foredragssal.",
            "Recorded in front of an audience. <br>Sound improves after two minutes.",
        ),
        tags=("museum", "history", "lecture", "søfart", "object of the month"),
        locales=("en_US", "da_DK"),
        chapters=("Welcome", "The find", "What the archive says", "Questions from the hall"),
        variables={"object_number": "LM 1911:204"},
    ),
    Programme(
        album="Nattevagten (podcast)",
        about="Podcast fra tårnet, hver anden uge.",
        weight=6,
        minutes=(22.0, 48.0),
        kind="audio",
        titles=("Nattevagten #{n}: {emne}", "Nattevagten #{n}: {person}", "Port radio #{n}: {topic}"),
        descriptions=("En halv time med vagten i tårnet.", "<p>Lyt også til afsnit {n} om {emne}.</p>"),
        tags=("podcast", "port radio", "lyd"),
        author=3,
    ),
    Programme(
        album="Musikskolen",
        about="Koncerter og øvelokaler.",
        weight=6,
        minutes=(3.0, 75.0),
        titles=(
            "Forårskoncert {year}: {stykke}",
            "Juleafslutning {year}",
            "Bag scenen: {stykke}",
            "Blokfløjte trin {n}",
        ),
        descriptions=("Elever fra musikskolen spiller «{stykke}».", ""),
        tags=("musik", "koncert", "børn og unge"),
        chapters=("Velkomst", "Første sats", "Pause", "Ekstranummer"),
    ),
    Programme(
        album="Sport",
        about="",
        weight=6,
        minutes=(1.0, 12.0),
        titles=("{hold} – {hold2} {n}–{m}", "Højdepunkter: {hold} {year}", "Træning med {hold}"),
        descriptions=("", "Se kampens bedste øjeblikke.", "{hold} hjemme på {sted}."),
        tags=("sport", "håndbold", "roning"),
    ),
    Programme(
        album="Kysten under lup",
        about="Nature along our coast, in and under the water.",
        weight=7,
        minutes=(1.0, 14.0),
        titles=(
            "{species} return to {place}",
            "Counting {species}",
            "På sporet af {arter}",
            "{arter} ved {sted}",
        ),
        descriptions=(
            "<p>Field work with the nature guides. <b>Please keep 50&nbsp;m away.</b></p>",
            "Filmet under vand.",
            "",
        ),
        tags=("nature", "natur", "climate", "underwater camera", "seals"),
        locales=("en_US", "da_DK"),
        shape=(3840, 2160),
    ),
    Programme(
        album="Shorts",
        about="Ein Hochformat-Tagebuch – vertical and short.",
        weight=9,
        minutes=(0.2, 1.0),
        shape=(1080, 1920),
        titles=(
            "30 seconds of {season}",
            "{boat} på vej ud 🚢",
            "POV: du er {fag}",
            "Guess the sound: {place}",
            "#{n}: {sted}",
        ),
        descriptions=("", "{sted} på højkant."),
        tags=("shorts", "vertical", "social media"),
        author=3,
    ),
    Programme(
        album="Welcome to Lindvig",
        about="For newcomers, in many languages.",
        weight=6,
        minutes=(1.5, 5.0),
        titles=(
            "Willkommen in Lindvig: {thema}",
            "Ein Spaziergang {ort}",
            "Ласкаво просимо: {uk}",
            "أهلاً بكم في ليندفيغ: {ar}",
            "{ja}",
            "Bienvenue à Lindvig, épisode {n}",
            "Välkommen över sundet, del {n}",
        ),
        descriptions=(
            '<p>Nachtschicht am <b>Kai 7</b> &amp; an der Schleuse.</p>\n<p>夜景の<a href="https://www.example.org/'
            'harbour?x=1&amp;y=2">地図</a>と"字幕"付き。</p>',
            "Untertitel in fünf Sprachen.",
            "Субтитри українською.",
        ),
        tags=("welcome", "willkommen", "новини", "港", "ny i Danmark"),
        locales=("en_US", "de_DE", "uk_UA", "ar_SA"),
    ),
    Programme(
        album="Arkivet",
        about="Smalfilm fra 1950'erne og frem, indscannet af museet.",
        weight=6,
        minutes=(2.0, 11.0),
        shape=(1440, 1080),
        author=1,
        titles=("Arkiv: {sted}, 19{m}{n1}", "8 mm: {boat} 19{m}{n1}", "Smalfilm nr. {n}: {emne}"),
        descriptions=("Stumfilm. Kender du nogen på filmen? Skriv til museet.", ""),
        tags=("arkiv", "8 mm", "sort-hvid", "history"),
    ),
    Programme(
        album="Portraits in a square",
        about="Made for small screens.",
        weight=3,
        minutes=(0.5, 2.0),
        shape=(1080, 1080),
        titles=("{person}", "{person} – {fag}", "One question for {person}"),
        descriptions=("", "Et spørgsmål, ét svar."),
        tags=("portrait", "portræt", "square"),
        locales=("da_DK",),
    ),
    Programme(
        album="Kort og billeder",
        about="Still images and maps.",
        weight=4,
        kind="image",
        shape=(2480, 1754),
        titles=("Kort over {sted} {year}", "Plan: {sted}", "Berth map {year}", "Pressefoto: {person}"),
        descriptions=("", "Fri til pressebrug, husk fotograf."),
        tags=("map", "kort", "pressefoto"),
    ),
    Programme(
        album="Internt: uge for uge",
        about="<p>Staff and contractors only.</p>",
        weight=4,
        is_hidden=True,
        minutes=(2.0, 20.0),
        titles=("Ugens fem minutter, uge {n}", "Internal briefing: {place}", "Onboarding {n}: {place}"),
        descriptions=("Kun for ansatte.", "<p>Please watch before <b>Monday</b>.</p>"),
        tags=("internal", "onboarding"),
        chapters=("This week", "Safety", "Questions"),
    ),
    Programme(
        album="Safety",
        about="Required viewing before site access.",
        weight=2,
        is_hidden=True,
        minutes=(4.0, 12.0),
        titles=("Safety briefing {n}: {place}", "Sikkerhed på {sted}"),
        descriptions=("Required viewing before site access.",),
        tags=("safety", "sikkerhed"),
        chapters=("Before you enter", "Equipment", "In case of fire"),
        locales=("en_US", "da_DK"),
        variables={"valid_until": "2027-01-31"},
    ),
)

CUES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "en_US": (
        ("The first boat leaves", "at a quarter past five."),
        ("Nobody is awake yet.",),
        ("Then the light comes.",),
    ),
    "da_DK": (
        ("Den første båd sejler", "klokken kvart over fem."),
        ("Ingen er vågne endnu.",),
        ("Så kommer lyset.",),
    ),
    "de_DE": (
        ("Das erste Boot fährt", "um Viertel nach fünf."),
        ("Noch schläft alles.",),
        ("Dann kommt das Licht.",),
    ),
    "uk_UA": (
        ("Перший човен відпливає", "о п'ятій п'ятнадцять."),
        ("Ще ніхто не прокинувся.",),
        ("Потім світає.",),
    ),
    "ar_SA": (("يغادر القارب الأول", "في الخامسة والربع."), ("لم يستيقظ أحد بعد.",), ("ثم يأتي الضوء.",)),
}
