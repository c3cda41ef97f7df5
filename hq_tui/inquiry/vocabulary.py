"""The word lists behind `language`: what is common, what is light, what is irregular.

Tables only, so that the functions that read them stay short. They are general
English; a word belongs here because of what it does in any conversation, never
because one conversation used it.
"""

STOP_WORDS = frozenset(
    """
a about above after again against all also am an and any are aren't as at be because been before
being below between both but by can can't cannot could couldn't did didn't do does doesn't doing
don't down during each either else ever every everyone everybody few for from further had hadn't
has hasn't have haven't having he he'd he'll he's her here here's hers herself him himself his how
i i'd i'll i'm i've if in into is isn't it it's its itself just let's me more most must mustn't my
myself neither never no nobody none nor not nothing now of off on once only onto or other ought our
ours ourselves out over own per same shall shan't she she'd she'll she's should shouldn't since so
some somebody someone something such than that that's the their theirs them themselves then there
there's these they they'd they'll they're they've this those through till to too under until up
upon us very was wasn't we we'd we'll we're we've were weren't what what's when where which while
who who's whom whose why will with within without won't would wouldn't yes yet you you'd you'll
you're you've your yours yourself always often sometimes anyway actually basically honestly simply
really quite rather much many lot lots still already even maybe perhaps probably well okay ok oh
like dont doesnt didnt cant wont isnt arent wasnt im ive its thats theres anyone anybody anything
everything whatever whether though although however instead unless because cause cos
one two three four five six seven eight nine ten eleven twelve first second third half
""".split()
)

LIGHT_WORDS = frozenset(
    """
think thought talk talked know knew look looked say said see saw go went going get got let bit fair
enough sure guess mean means thing things stuff way time week day today yesterday tomorrow moment
decide decided consider need needs want wanted come came make made give take put try tried ask asked
answer question point ask tell told feel felt seem seems happen happened keep kept use used good
fine right true wrong kind sort part place idea hear heard remember check later nothing whatever
reason matter case back around last next soon long bother move pass skip continue interesting
difficult hard easy clear unclear depends depend maybe possible possibly certain certainly agree
note new old great big small little single
""".split()
)

COMMON_ELSEWHERE = frozenset(
    """
der die das und ist nicht wir ich sie es ein eine einen dem den des mit auf von zu im weil dass auch
aber oder wenn noch sich sind haben hat wird wollen le la les et est pas nous vous ils elle une des
du
que qui dans pour sur avec ne je mais el los las y es no se por para con una del como pero porque lo
il che non di e per sono della gli anche het een en van ik niet zijn dat voor maar wij nie jest na
to
si w z ze och att det som jag inte har vi ett bir ve bu da de mi var o os as um uma nao com
""".split()
) - frozenset("no to as in so on an a i we me she es is was has den die".split())
"""Common words of other languages in Latin letters that are not English words."""

DANGLING = frozenset(
    """
and or but so because since that which who the a an of to in on at by for with from as if when than
is are was were be my our your his her their its this these those not no
""".split()
)
"""Words that a shortened quotation should not end with."""

_FORMS = """
be am is are was were been being; have has had having; do does did done doing; go goes went gone;
say says said; see sees saw seen; lose loses lost losing loss losses; win wins won; sell sells sold
selling sale sales; buy buys bought; pay pays paid payment payments; leave leaves left leaving;
write writes wrote written writing; read reads reading; run runs ran running; break breaks broke
broken; build builds built; send sends sent; spend spends spent; bring brings brought; teach taught
teaching; catch caught; think thinks thought; know knows knew known knowing; grow grows grew grown
growth; choose chooses chose chosen choice; hold holds held; keep keeps kept; meet meets met; feel
feels felt; find finds found; tell tells told; mean means meant; speak speaks spoke spoken; wake
woke;
begin begins began begun; eat ate eaten; drive drove driven; fall fell fallen; forget forgot
forgotten; give gave given; hide hid hidden; rise rose risen; show showed shown; steal stole; take
took taken; wear wore; lead led; child children kid kids; person people persons; man men; woman
women;
life lives live lived living; foot feet; safe safety safely; cheap cheaply cheaper cheapest; slow
slowly slower slowest slowness; fast faster fastest quick quickly; free freely freedom; secure
securely security; easy easily easier; simple simply simpler simplest simplicity; decide decides
decided decision decisions; approve approves approved approval approvals; depend depends dependency
dependencies dependent; responsible responsibility; reliable reliably reliability; prove proves
proved
proof proven; deep depth; long length; high height; strong strength; fail fails failed failing
failure
failures; refuse refuses refused refusal; deliver delivers delivered delivery deliveries; use uses
used using usage; company companies firm; customer customers client clients; employee employees
staff;
hire hires hired hiring; meet meeting meetings; plan plans planned planning; ship ships shipped
shipping; stop stops stopped; drop drops dropped; cut cuts cutting; set sets setting; put puts;
test tests tested testing; analyse analysis analyze; choose choice choices; produce product
products;
sleep sleeps slept sleeping; swim swam; sing sang; draw drew drawn; fly flew flown; freeze froze
frozen;
offline; online; news; always; business; process processes; access; address; less; unless; class
classes;
status; focus; basis; bus buses; bonus; virus; thesis; crisis; species; series; this; his; as; us;
gas
"""

IRREGULAR = {
    form: group.split()[0]
    for group in _FORMS.replace("\n", " ").split(";")
    for form in group.split()
}
"""Word form to stem, for what cutting off endings would get wrong."""
