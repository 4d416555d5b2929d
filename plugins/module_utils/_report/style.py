# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Style and script of the report page. They are embedded in the page, which loads nothing.

Text has a contrast of at least 4.5 in both colour schemes (WCAG 2.2, 1.4.3). Levels are shown by a word and a sign as
well as by colour.
"""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --panel: #f4f6f8; --text: #1c2630; --faint: #51606e; --line: #d3dae1; --link: #0b5cad;
  --problem: #a8181f; --problem-ground: #fdecec; --due: #7d4b00; --due-ground: #fff3dc;
  --waiting: #1b4f8f; --waiting-ground: #e8f0fb; --unknown: #51606e; --unknown-ground: #eceff2;
  --ok: #1c6434; --ok-ground: #e7f4ea;
  --free: #3478bd; --paid: #9257b5; --paid-pale: #ddc8ea; --ends: #7c8a97; --ends-problem: #c8242c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12181e; --panel: #1b232b; --text: #e6ebf0; --faint: #a3b1be; --line: #35414c; --link: #7db8f5;
    --problem: #ff9a9a; --problem-ground: #421a1d; --due: #f5c162; --due-ground: #3a2b0d;
    --waiting: #98c4f7; --waiting-ground: #16304d; --unknown: #b3bfca; --unknown-ground: #2a343d;
    --ok: #8fd6a3; --ok-ground: #143320;
    --free: #5b9fe0; --paid: #bb86dc; --paid-pale: #4e3460; --ends: #8a99a6; --ends-problem: #f0565d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem clamp(0.75rem, 2vw, 2rem) 3rem; max-width: 110rem;
  background: var(--ground); color: var(--text); font: 15px/1.45 system-ui, sans-serif;
}
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0.25rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.25rem 0; }
.faint { color: var(--faint); }
.counts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.6rem; margin: 1rem 0;
  padding: 0;
}
.counts li {
  list-style: none; padding: 0.6rem 0.8rem; border-radius: 6px; background: var(--panel);
  border-left: 4px solid var(--line);
}
.counts b { display: block; font-size: 1.6rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.counts .problem { border-color: var(--problem); } .counts .due { border-color: var(--due); }
.counts .waiting { border-color: var(--waiting); } .counts .unknown { border-color: var(--unknown); }
.counts .ok { border-color: var(--ok); }
.kinds { margin: 0.25rem 0; padding-left: 1.2rem; }
.level { display: inline-block; padding: 0.05rem 0.5rem; border-radius: 4px; font-weight: 600; white-space: nowrap; }
.level.problem { color: var(--problem); background: var(--problem-ground); }
.level.due { color: var(--due); background: var(--due-ground); }
.level.waiting { color: var(--waiting); background: var(--waiting-ground); }
.level.unknown { color: var(--unknown); background: var(--unknown-ground); }
.level.ok { color: var(--ok); background: var(--ok-ground); }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem; }
.wide:focus-visible { outline: 3px solid var(--link); }
svg { display: block; width: 100%; min-width: 62rem; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--faint); } svg .side { fill: var(--text); font-weight: 600; }
.grid { stroke: var(--line); stroke-dasharray: 2 4; } .axis { stroke: var(--faint); }
.free { fill: var(--free); } .paid { fill: url(#hatch); stroke: var(--paid); }
.paid-ground { fill: var(--paid-pale); } .paid-line { fill: var(--paid); }
.ends { fill: var(--ends); } .ends-problem { fill: var(--ends-problem); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.5rem 0; padding: 0; }
.legend li { list-style: none; }
.legend svg {
  display: inline-block; width: 14px; min-width: 14px; height: 14px; margin-right: 0.4rem;
  vertical-align: -2px;
}
section > details { margin: 0.75rem 0; }
details { font-weight: 400; font-size: 0.9rem; }
summary { cursor: pointer; color: var(--link); }
table { border-collapse: collapse; width: 100%; }
th, td {
  text-align: left; vertical-align: top; padding: 0.45rem 0.6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere;
}
thead th { position: sticky; top: 0; background: var(--panel); z-index: 1; }
.weeks { width: auto; }
.weeks td, .weeks thead th:not(:first-child) { text-align: right; font-variant-numeric: tabular-nums; }
.entries { table-layout: fixed; font-size: 0.93rem; }
.entries col:nth-child(1) { width: 7.4rem; } .entries col:nth-child(2) { width: 20%; }
.entries col:nth-child(3) { width: 21%; } .entries col:nth-child(4) { width: 18%; }
.entries col:nth-child(5) { width: 7rem; } .entries col:nth-child(6) { width: 13%; }
tbody th { font-weight: 600; }
.small { font-size: 0.85rem; color: var(--faint); font-weight: 400; display: block; }
.mono { font-family: ui-monospace, monospace; font-size: 0.82rem; }
.bad { color: var(--problem); font-size: 0.9rem; display: block; }
.problem td, .problem th { background: color-mix(in srgb, var(--problem-ground) 45%, transparent); }
.tools { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: end; margin: 0.75rem 0; }
.tools[hidden] { display: none; }
.tools label { display: grid; gap: 0.15rem; font-size: 0.85rem; color: var(--faint); }
input, select, button {
  font: inherit; color: var(--text); background: var(--ground); border: 1px solid var(--faint);
  border-radius: 4px; padding: 0.3rem 0.5rem;
}
input[type=search] { width: min(22rem, 85vw); }
thead button {
  border: 0; padding: 0; background: none; font-weight: 600; text-align: left; cursor: pointer;
  color: var(--link);
}
thead th[aria-sort=ascending] button::after { content: " \\2191"; }
thead th[aria-sort=descending] button::after { content: " \\2193"; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
@media (max-width: 60rem) {
  .entries, .entries tbody, .entries tr, .entries th, .entries td { display: block; width: auto; }
  .entries thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .entries tr { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 0.75rem; overflow: hidden; }
  .entries tr[hidden] { display: none; }
  .entries th, .entries td { border: 0; padding: 0.3rem 0.7rem; }
  .entries td::before { content: attr(data-label); display: block; font-size: 0.75rem; color: var(--faint); }
  .entries td:empty { display: none; }
  .entries { font-size: 1rem; }
}
@media print { .tools { display: none; } thead th { position: static; } }
"""
"""The style sheet of the page."""

SCRIPT = """
"use strict";
(() => {
  const table = document.querySelector(".entries");
  const rows = [...table.tBodies[0].rows];
  const tools = document.querySelector(".tools");
  const [text, level, output] = ["text", "level", "shown"].map((name) => document.getElementById(name));
  const words = rows.map((row) => row.textContent.toLowerCase());
  const filter = () => {
    const search = text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const matches = search.every((word) => words[index].includes(word));
      row.hidden = !matches || (level.value && row.dataset.level !== level.value);
      shown += row.hidden ? 0 : 1;
    });
    output.textContent = `${shown} of ${rows.length} shown`;
  };
  const numeric = new Intl.Collator("en", { numeric: true });
  const order = new Map(rows.map((row, index) => [row, index]));
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (cell) => cell.dataset.sort ?? cell.textContent.trim();
      const keys = new Map(rows.map((row) => [row, key(row.cells[column])]));
      const sorted = [...rows].sort((one, other) => {
        const [a, b] = [keys.get(one), keys.get(other)];
        // empty cells come last in both directions
        if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1) || order.get(one) - order.get(other);
        return (down ? -1 : 1) * numeric.compare(a, b) || order.get(one) - order.get(other);
      });
      table.tBodies[0].append(...sorted);
    });
  });
  text.addEventListener("input", filter);
  level.addEventListener("change", filter);
  tools.hidden = false;
  filter();
})();
"""
"""The script of the page: filters and sorts the table. Without it, everything is shown in the order of urgency."""
