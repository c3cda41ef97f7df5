"""Words that pull against each other: antonyms, and frames of two opposed poles.

An antonym pair says the same thing with opposite sign ("cheap", "expensive").
A frame is looser: each pole is a family of words around one side of a common
human trade-off, so two statements can lean against each other without sharing
a word ("everyone owns their decisions", "I sign off every release"). A frame is
only ever a reason to lay two lines next to each other and ask.
"""

from collections.abc import Mapping

from .language import stem

_ANTONYMS = """
always never; everyone nobody; everybody nobody; everything nothing; all none; cheap expensive;
fast slow; quick slow; safe dangerous; safe risky; safe unsafe; simple complex;
simple complicated; easy hard; easy difficult; big small; large small; large tiny; huge tiny; high
low;
strong weak; rich poor; new old; early late; public private; open closed; open secret; open
proprietary;
manual automatic; manual automated; local remote; online offline; internal external; full empty;
increase decrease; increase reduce; grow shrink; rise fall; rising falling; up down; win lose;
profit loss; profitable unprofitable; accept reject; allow forbid; allow prohibit; enable disable;
include exclude; start stop; love hate; like dislike; happy unhappy; satisfied dissatisfied;
agree disagree; trust distrust; known unknown; possible impossible; reliable unreliable; stable
unstable;
necessary unnecessary; needed unneeded; useful useless; fair unfair; equal unequal; legal illegal;
centralised decentralised; centralized decentralized; synchronous asynchronous; permanent temporary;
fixed flexible; rigid flexible; optional mandatory; optional required; voluntary mandatory;
voluntary compulsory; free paid; same different; identical different; more fewer; more less; most
least;
majority minority; majority few; most few; many few; often rarely; often seldom;
better worse; best worst; improve worsen; improving worsening; success
failure; succeed
fail; true false; right wrong; correct incorrect; experienced inexperienced; senior junior; clean
dirty;
quiet loud; hot cold; warm cold; wet dry; light heavy; short long; thin thick; narrow wide; deep
shallow;
sober drunk; alive dead; awake asleep; busy idle; enough insufficient; sufficient insufficient;
independent dependent; alone together; united divided; formal informal; written oral; abundant
scarce;
healthy ill; healthy sick; fresh stale; transparent opaque; visible hidden; visible invisible
"""

ANTONYMS: frozenset[frozenset[str]] = frozenset(
    frozenset(stem(word) if word not in {"always", "all"} else word for word in pair.split())
    for pair in _ANTONYMS.replace("\n", " ").split(";")
)
"""Pairs of stems with opposite meaning."""

OPPOSITES: Mapping[str, frozenset[str]] = {
    root: frozenset().union(*(pair for pair in ANTONYMS if root in pair)) - {root}
    for root in frozenset().union(*ANTONYMS)
}
"""The same by stem: all that a stem is the opposite of."""

_FRAMES = """
cheap free afford save saving savings inexpensive low-cost thrifty frugal | expensive costly price
 pricey fee
 fees invoice overspend spend cost costs premium luxury
fast quick instant rapid immediate immediately instantly speed | slow wait waiting delay delayed
 queue backlog lag
 weeks months lengthy
safe secure protected reliable robust stable proven harmless | risk risky danger dangerous outage
 incident crash
 breach leak fail break broken corrupt hacked unsafe fragile accident injury
trust autonomy autonomous empower delegate own ownership self-organising freedom free independent |
 approve approval sign-off sign permission control check micromanage monitor supervise authorise
 veto
 overrule override inspect track
open transparent transparency public share honest disclose visible | secret hide hidden private
 confidential withhold closed conceal behind undisclosed quietly
careful thorough quality rigorous craft polish tested precise | rush rushed skip shortcut hurry hack
 untested sloppy quick-and-dirty corner overnight
simple minimal lean small easy plain straightforward basic | many dozens options settings
 configuration
 layers complex complicated steps exceptions workaround sprawling manual training
urgent urgently immediate deadline now asap today priority | later postpone someday wait next
 eventually
 backlog postponed deferred whenever parked
sure certain convinced proven fact confident obvious undeniable know | guess assume unsure hunch
 doubt
 untested anecdote impression rumour unverified unknown unclear
agree agreed consensus unanimous support aligned united together want asked |
 refuse complain object resist disagree oppose quit reluctant resent split silent protest
alone solo independent individual self-reliant myself single-handed | help together team depend rely
 assistance group shared partner supervise
stable same unchanged fixed permanent constant settled final | change changes changing replace
 rewrite
 shift switch revise reopen temporary pivot redo
always daily constantly constant everyday continuous regularly | rarely seldom once twice occasional
 yearly sporadic exceptionally
first foremost core central main priority heart essential matters | last ignore neglect afterthought
 secondary unread postponed sideline skip forget unanswered
customers users people human guests patients readers | internal dashboard metrics revenue
 shareholders
 investors margin quarter upsell
growth grow expand scale more bigger hire increase | shrink cut reduce layoff freeze fewer smaller
 downsize close decline
equal fair everyone equally alike inclusive same | favour exception privilege bonus only select
 invite-only exclusive senior nephew friend friends
healthy rest balance sleep relaxed calm sustainable | overtime weekend weekends night burnout
 exhausted tired
 stress evening evenings late midnight
private privacy anonymous anonymously confidential | log track record names identify share publish
 photo
 email visible manager report
voluntary optional choice choose free invite | mandatory required must forced compulsory expected
 obliged penalty punish bonus tied graded
green environment climate sustainable eco recycle organic natural | fly flight flights plastic
 diesel truck
 ship shipped imported waste disposable
local nearby neighbourhood village regional | import imported abroad overseas abroad foreign global
 airport worldwide
learn learning curious mistakes experiment experimentation explore fail-fast | blame punish fire
 fired
 penalty review ranked graded bonus perfect forbidden scolded
plenty enough spare surplus ample idle | shortage short lack overloaded full busy stretched
 understaffed overdue scarce
data evidence measure measured metrics numbers research study | gut instinct intuition feeling feel
 hunch believe anecdote impression taste
new modern novel innovative cutting-edge latest | old legacy mature traditional familiar boring
 established proven years
long-term future lasting years decades invest | quarter short-term quick today now month cash
 stopgap
few small tiny handful little narrow niche | everyone all mass million millions huge widespread
 broad
 whole entire
listen feedback ask hear consult involve | tell decided announce ignore impose dictate overrule
 unilateral
finished done complete complete ready shipped solved | remaining missing todo unfinished open draft
 pending partly prototype
spare time weekend hobby relaxed fun enjoy love | dread hate forced chore boring quit avoid
"""


def _poles(line: str) -> tuple[frozenset[str], frozenset[str]]:
    one, other = (frozenset(stem(word) for word in pole.split()) for pole in line.split("|"))
    return one - other, other - one


FRAMES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    _poles(line) for line in _FRAMES.replace("\n ", " ").strip().split("\n")
)
"""Two opposed families of stems per frame; a stem in both families counts for neither."""
