# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contrast of every text on a page, as rendered by a browser."""

from __future__ import annotations

# WCAG 2.2, 1.4.3: text of normal size.
MIN_CONTRAST = 4.5

# The visible texts with the lowest contrast against their background, as defined by WCAG 2.2.
CONTRASTS = """
const light = (rgb) => {
  const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = numbers(getComputedStyle(at).backgroundColor);
    if (found.length === 3 || found[3] === 1) return found.slice(0, 3);
  }
  return [255, 255, 255];
};
const found = [];
for (const element of document.body.querySelectorAll("*")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const box = element.getBoundingClientRect();
  const control = ["INPUT", "SELECT"].includes(element.tagName) && element.type !== "hidden";
  if ((!own && !control) || box.width < 2 || box.height < 2 || element.tagName === "OPTION") continue;
  const levels = [numbers(getComputedStyle(element).color).slice(0, 3), ground(element)].map(light);
  const contrast = (Math.max(...levels) + 0.05) / (Math.min(...levels) + 0.05);
  found.push([contrast, `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 30)}`]);
}
return found.sort((one, other) => one[0] - other[0]).slice(0, 5);
"""
