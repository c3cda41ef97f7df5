"""How quick, how small and how quiet the program is, measured from outside on a terminal.

Three programs are measured in one run, so that ratios hold on any machine: hq-tui itself, a
reference made of Textual's own widgets, and a hello-world that no Textual program can beat.
None of them knows that it is measured. What they write is only stamped while they run and
drawn afterwards, on an emulated screen; the words come from a server in a third process.
"""
