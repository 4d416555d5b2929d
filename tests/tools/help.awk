# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Lists the targets of a Makefile that say of themselves: "target: ## what it does | what it needs | how long it takes".

BEGIN {
    printf "%-16s %-62s %-26s %s\n", "make ...", "does", "needs", "takes about"
}
/^[a-z-]+:.*## / {
    target = $0
    sub(/:.*/, "", target)
    text = $0
    sub(/.*## /, "", text)
    split(text, part, / *\| */)
    printf "%-16s %-62s %-26s %s\n", target, part[1], part[2], part[3]
}
