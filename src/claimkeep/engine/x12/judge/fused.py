"""When the compiled kernel judges, and the tables of a guide as it wants them."""

from __future__ import annotations

import numpy as np

from claimkeep.engine.x12.judge import kernel
from claimkeep.engine.x12.judge.automaton import DOUBT
from claimkeep.engine.x12.judge.look import Flags, Look
from claimkeep.engine.x12.segments import Offsets
from claimkeep.engine.x12.guides import compile as tables
from claimkeep.engine.x12.judge.look import word

def signed(w): return w - (1<<64) if w >= 1<<63 else w
def table(pairs, by_number=False, room=4):
    size = 1 << max(8, (len(pairs)*room).bit_length())
    t = np.zeros(size, kernel.SLOT)
    for w, n in pairs:
        t[kernel.slot(t, signed(w), n if by_number else 0)] = (signed(w), n)
    return t
class Fused:
    def __init__(self, sweep):
        self.sweep = sweep
        s = sweep
        guide = s.guide
        def pairs(h):
            return [(int(w), int(n)) for w, n in zip(h._words, h._numbers) if w != 2**64-1]
        self.ids = table(pairs(s._keyed)); self.vocabulary = table(pairs(s._symbols))
        self.keys = np.zeros(len(s._key_element), kernel.KEY); self.keys['element']=s._key_element; self.keys['in_composite']=s._key_in_composite
        notes=[]; nodes=np.zeros(len(guide.nodes), kernel.NODE)
        for n, node in enumerate(guide.nodes):
            b=len(notes)
            if s._node_notes[n]:
                for note in node.segment.notes:
                    numbers = [int(note[at:at+2]) for at in range(1, len(note), 2)]
                    notes.append((ord(note[0]), 1 << numbers[0]-1, sum(1 << x-1 for x in numbers)))
            nodes[n] = (s._node_row[n], s._node_width[n], s._node_least[n], b, len(notes))
        self.nodes=nodes; self.notes=np.array(notes, dtype=kernel.NOTE)
        longer = b""
        for number, listed in enumerate(guide.lists, 1):
            for code in sorted(listed):
                if len(code) > 8: longer += bytes([number, len(code), *code.encode()])
        self.longer=np.frombuffer(longer, dtype=np.uint8)
        self.codes=table([(word(c), n) for n,l in enumerate(guide.lists,1) for c in l if len(c)<=8], by_number=True)
        el = guide.rows.element
        r=np.zeros(len(el), kernel.ROW)
        fits=guide.rows.fits
        r['least_digits']=[e.least for e in el]; r['most_digits']=[min(e.most,2**40) for e in el]
        r['codes']=s._codes; r['first_part']=s._first_part; r['parts']=s._parts; r['last_part']=s._last_part
        r['may_be_empty']=fits[:,0]
        f=fits[:,1:]
        r['fits_from']=np.where(f.any(1), f.argmax(1)+1, 255)
        r['fits_to']=np.where(f.any(1), 127-f[:,::-1].argmax(1), 0)
        r['needs']=s._needs.reshape(len(el),-1).max(1)>>1
        r['needs']=np.bitwise_or.reduce(s._needs.reshape(len(el),-1), axis=1)>>1
        r['allowed']=s._allowed; r['kind']=s._kind; r['is_decimal']=s._is_decimal; r['is_money']=[e.most==18 for e in el]; r['has_notes']=s._has_part_notes
        self.rows=r
        self.steps = np.zeros(1 << 10, kernel.SLOT)
    def sync(self):
        a = self.sweep._automaton
        self.steps = table([((s << 16 | y)+1, t) for s, d in enumerate(a.steps) for y, t in d.items()])
    def run(self, look, sets):
        from claimkeep.engine.x12.judge.sweep import Swept
        spans = look.spans
        sp = spans.separators
        comp = ord(sp.component)
        n = len(spans)
        syms = np.empty(n, np.int64); kernel.symbols(look.octets, look.iwords, comp, spans.code, spans.count, spans.first, spans.marks, self.ids, self.keys, self.vocabulary, syms)
        states = np.full(n, DOUBT)
        doubtful = np.zeros(len(sets), bool)
        a = self.sweep._automaton
        for number, (first, last) in enumerate(sets):
            states[first] = 0
            at, state = first + 1, 0
            while (at := kernel.follow(self.steps, syms, at, last + 1, state, states)) <= last:
                state = int(states[at-1])
                for y in syms[at:min(last+1,at + 4096)].tolist():
                    if y not in a.steps[state]:
                        if state != DOUBT: a._learn(state, y)
                    state = a.steps[state][y]
                    states[at] = state; at += 1
                self.sync()
            node = a.node_of[int(states[last])]
            if not (node >= 0 and self.sweep.guide.nodes[node].segment.id == "SE"):
                states[first:last+1] = DOUBT
                doubtful[number] = True
        nodes = np.array(a.node_of, dtype=np.intp)[states]
        wrong = np.zeros(n, bool)
        kernel.doubts(look.octets, look.iwords, look.kinds, comp, spans.count, spans.first, spans.marks, nodes, self.nodes, self.notes, self.rows, self.codes, self.longer, wrong)
        w = np.flatnonzero(wrong)
        doubtful[np.searchsorted([f for f, _ in sets], w, side="right") - 1] = True
        return Swept(nodes, doubtful)
